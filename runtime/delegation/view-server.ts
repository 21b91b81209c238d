/** Asks one name server about a zone at one of its addresses. */
import type { Inquiry } from '../client/inquiry.ts';
import type { DnsReply } from '../client/reply.ts';
import { askTcp } from '../client/tcp.ts';
import { askUdp } from '../client/udp.ts';
import { askUdpThenTcp } from '../client/udp-then-tcp.ts';
import { RCODE, rcodeToText } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { Message } from '../wire/message.ts';
import { isAtOrBelow, type WireName } from '../wire/name.ts';
import { soaIn } from '../wire/rdata/soa.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { Contact, NameServers, ServerView } from './delegation-views.ts';
import type { NameServerOptions } from './parent.ts';
import { addressesOf, keyOf, ownedRecords } from './records.ts';
import { viewChain } from './view-chain.ts';

export interface NameServerPlace {
  readonly name: string;
  readonly address: string;
  readonly zone: WireName;
}

/** Asks a server all questions. */
export async function viewServer(
  place: NameServerPlace,
  { port, timeoutMs }: NameServerOptions,
): Promise<ServerView> {
  const { name, address, zone } = place;
  const server = { address, port };
  const soa = { name: zone, type: RRTYPE.SOA };
  const [first, overTcp] = await Promise.all([
    askUdp(server, soa, { timeoutMs }),
    askTcp(server, soa, { timeoutMs }),
  ]);
  // RFC 6891 §7: a server or a firewall that does not know EDNS may answer a query without.
  const isEdnsIn = first.kind === 'reply' || first.kind === 'unreachable' || first.kind === 'closed';
  const overUdp = isEdnsIn ? first : await askUdp(server, { ...soa, edns: false }, { timeoutMs });
  const edns = isEdnsIn || overUdp.kind !== 'reply' ? 'answered' : 'silent';
  const best = overUdp.kind === 'reply' ? overUdp : overTcp;
  const put = (inquiry: Inquiry) =>
    askUdpThenTcp(server, { ...inquiry, edns: edns === 'answered' }, { timeoutMs });
  const isHere = contactIn(best, zone).kind === 'authoritative';
  return {
    name,
    address,
    udp: contactIn(overUdp, zone),
    tcp: contactIn(overTcp, zone),
    edns:
      edns === 'answered' && overUdp.kind === 'reply' && overUdp.message.edns === undefined
        ? 'ignored'
        : edns,
    offersRecursion: overUdp.kind === 'reply' && (await offersRecursion(put, zone)),
    serial: isHere && best.kind === 'reply' ? serialIn(best.message, zone) : undefined,
    nameServers: isHere ? await nameServersFrom(put, zone) : undefined,
    chain: isHere ? await viewChain(zone, put) : undefined,
  };
}

type Put = (inquiry: Inquiry) => Promise<DnsReply>;

function contactIn(reply: DnsReply, zone: WireName): Contact {
  if (reply.kind !== 'reply') return reply;
  const { rcode, authoritative, answers } = reply.message;
  if (rcode !== RCODE.NOERROR) return { kind: 'lame', how: rcodeToText(rcode) };
  if (!authoritative) return { kind: 'lame', how: 'no authority (AA is not set)' };
  const isThere = ownedRecords(answers, zone, RRTYPE.SOA).length > 0;
  return isThere ? { kind: 'authoritative' } : { kind: 'lame', how: 'no SOA' };
}

function serialIn({ answers }: Message, zone: WireName): number | undefined {
  return soaIn(ownedRecords(answers, zone, RRTYPE.SOA))?.serial;
}

/** Whether the server looks up other names for the public, which RFC 5358 §4 advises against. */
async function offersRecursion(put: Put, zone: WireName): Promise<boolean> {
  const reply = await put({ name: zone, type: RRTYPE.SOA, recursionDesired: true });
  return reply.kind === 'reply' && reply.message.recursionAvailable;
}

/** The name servers that the zone itself has at this server, with the addresses of those inside it. */
async function nameServersFrom(put: Put, zone: WireName): Promise<NameServers | undefined> {
  const reply = await put({ name: zone, type: RRTYPE.NS });
  if (reply.kind !== 'reply') return undefined;
  const names = ownedRecords(reply.message.answers, zone, RRTYPE.NS).map(({ rdata }) => rdata);
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, string[]]> => {
      if (!isAtOrBelow(name, zone)) return [keyOf(name), []];
      return [keyOf(name), addressesOf(await addressRecords(put, name), name)];
    }),
  );
  return new Map(entries);
}

async function addressRecords(put: Put, name: WireName): Promise<ResourceRecord[]> {
  const replies = await Promise.all([RRTYPE.A, RRTYPE.AAAA].map((type) => put({ name, type })));
  return replies.flatMap((reply) => (reply.kind === 'reply' ? reply.message.answers : []));
}
