/** Asks the servers of the parent zone about a zone: its name servers, their glue, whether there is a DS. */
import { isIPv4, isIPv6 } from 'node:net';
import { type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { askUdpThenTcp } from '../client/udp-then-tcp.ts';
import { lookAtDs } from '../dnssec/rolls/outside/look-at-server.ts';
import { RCODE, rcodeToText } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { Message } from '../wire/message.ts';
import { parentName, ROOT, type WireName } from '../wire/name.ts';
import type { NameServers, ParentAnswer, ParentView } from './delegation-views.ts';
import { shown } from './name-server-texts.ts';
import { keyOf, nameServersOf, ownedRecords } from './records.ts';
import type { Resolver } from './resolver.ts';

export interface NameServerOptions {
  /** The port on which name servers listen. */
  readonly port: number;
  /** Milliseconds for each question. */
  readonly timeoutMs: number;
}

/** Servers of the parent to ask. They are many and alike; several show a change that has not reached all. */
const MOST_SERVERS = 3;

/** Asks the parent's servers. */
export async function askParent(
  zone: WireName,
  resolver: Resolver,
  options: NameServerOptions,
): Promise<ParentView> {
  const parent = await resolver.zoneOf(parentName(zone) ?? ROOT);
  if (!parent.ok) return { kind: 'unknown', why: parent.problem };
  const names = await resolver.nameServersOf(parent.value);
  if (!names.ok) return { kind: 'unknown', why: names.problem };
  const asked = names.value.slice(0, MOST_SERVERS);
  const answers = await Promise.all(asked.map((name) => askParentServer(zone, name, resolver, options)));
  const answered = answers.filter((answer) => typeof answer !== 'string');
  if (answered.length > 0) return { kind: 'asked', zone: keyOf(parent.value), answers: answered };
  const why = answers.filter((answer) => typeof answer === 'string').join(', ') || 'it has none';
  return { kind: 'unknown', why: `No name server of ${shown(keyOf(parent.value))} has an answer (${why})` };
}

/** What a server of the parent answers, or why there is no answer. */
async function askParentServer(
  zone: WireName,
  name: WireName,
  resolver: Resolver,
  { port, timeoutMs }: NameServerOptions,
): Promise<ParentAnswer | string> {
  const addresses = await resolver.addressesOf(name);
  if (!addresses.ok) return addresses.problem;
  // IPv4 comes first: most networks have it.
  const places = [addresses.value.find(isIPv4), addresses.value.find(isIPv6)];
  let why = 'no address';
  for (const address of places) {
    if (address === undefined) continue;
    const answer = await askAt(zone, { address, port }, timeoutMs);
    const place = socketAddressToText({ address, port });
    if (typeof answer !== 'string') return { server: `${shown(keyOf(name))} (${place})`, ...answer };
    why = `${place} ${answer}`;
  }
  return `${shown(keyOf(name))}: ${why}`;
}

async function askAt(
  zone: WireName,
  server: SocketAddress,
  timeoutMs: number,
): Promise<Omit<ParentAnswer, 'server'> | string> {
  const [ns, ds] = await Promise.all([
    askUdpThenTcp(server, { name: zone, type: RRTYPE.NS }, { timeoutMs }),
    lookAtDs(zone, (name, type) =>
      askUdpThenTcp(server, { name, type, dnssecOk: true, checkingDisabled: true }, { timeoutMs }),
    ),
  ]);
  if (ns.kind !== 'reply') return ns.kind;
  const { rcode, authoritative } = ns.message;
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return rcodeToText(rcode);
  const delegation = delegationIn(ns.message, zone);
  // A denial counts only with authority (RFC 2308 §2).
  if (delegation.nameServers === undefined && !authoritative) return 'no authority';
  return {
    ...delegation,
    ds: ds.kind === 'seen' ? { kind: 'seen', ds: ds.seen.ds } : { kind: 'unknown', why: ds.why },
  };
}

function delegationIn(
  { answers, authorities, additionals }: Message,
  zone: WireName,
): { nameServers: NameServers | undefined; isChildToo: boolean } {
  const answered = ownedRecords(answers, zone, RRTYPE.NS);
  const referred = ownedRecords(authorities, zone, RRTYPE.NS);
  const ns = answered.length > 0 ? answered : referred;
  return {
    nameServers: ns.length > 0 ? nameServersOf(ns, additionals) : undefined,
    isChildToo: answered.length > 0,
  };
}
