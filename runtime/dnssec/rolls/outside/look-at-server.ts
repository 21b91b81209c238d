/** What one server answers of keys, signatures and DS. */
import { type DnsReply, noReplyText } from '../../../client/reply.ts';
import { RCODE, rcodeToText } from '../../../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../../wire/iana/rrtype.ts';
import type { Message } from '../../../wire/message.ts';
import { namesEqual, type WireName } from '../../../wire/name.ts';
import type { ResourceRecord } from '../../../wire/record.ts';
import { keyTag } from '../../keys/dnskey.ts';
import type { DelegationSeen, DsSeen, KeysSeen } from '../observations.ts';

/** Asks the server, over TCP if need be, with DO and CD. */
export type Ask = (name: WireName, type: number) => Promise<DnsReply>;

export type Looked<T> =
  | { readonly kind: 'seen'; readonly seen: T }
  | { readonly kind: 'failed'; readonly why: string }
  /** This machine has no way to the address: that is no fault of the server. */
  | { readonly kind: 'unreachable'; readonly why: string };

export async function lookAtKeys(zone: WireName, ask: Ask): Promise<Looked<KeysSeen>> {
  const soa = answerOf(await ask(zone, RRTYPE.SOA), RRTYPE.SOA);
  if (soa.kind !== 'seen') return soa;
  const soaRecords = recordsOf(soa.seen, zone, RRTYPE.SOA);
  if (soaRecords.length === 0) return { kind: 'failed', why: 'it answers SOA without one' };
  const dnskey = answerOf(await ask(zone, RRTYPE.DNSKEY), RRTYPE.DNSKEY);
  if (dnskey.kind !== 'seen') return dnskey;
  const keys = recordsOf(dnskey.seen, zone, RRTYPE.DNSKEY);
  return {
    kind: 'seen',
    seen: {
      keys: keys.map(({ rdata }) => ({ tag: keyTag(rdata), algorithm: rdata[3] ?? 0 })),
      keysTtl: longestTtl(keys),
      keySigners: signersOf(dnskey.seen, zone, RRTYPE.DNSKEY),
      soaSigners: signersOf(soa.seen, zone, RRTYPE.SOA),
      soaTtl: longestTtl(soaRecords),
    },
  };
}

export async function lookAtDs(zone: WireName, ask: Ask): Promise<Looked<DelegationSeen>> {
  const answer = answerOf(await ask(zone, RRTYPE.DS), RRTYPE.DS);
  if (answer.kind !== 'seen') return answer;
  const records = recordsOf(answer.seen, zone, RRTYPE.DS);
  return {
    kind: 'seen',
    seen: { ds: records.map(({ rdata }) => dsOfRdata(rdata)), ttl: longestTtl(records) },
  };
}

/** An answer counts with authority only: what another server's cache holds says nothing of this one. */
function answerOf(reply: DnsReply, type: number): Looked<Message> {
  if (reply.kind === 'unreachable') return reply;
  if (reply.kind !== 'reply') return { kind: 'failed', why: `${typeToText(type)}: ${noReplyText(reply)}` };
  const { rcode, authoritative } = reply.message;
  const isAnswer = rcode === RCODE.NOERROR || (rcode === RCODE.NXDOMAIN && type === RRTYPE.DS);
  if (!isAnswer) return { kind: 'failed', why: `it answers ${typeToText(type)} with ${rcodeToText(rcode)}` };
  if (!authoritative) return { kind: 'failed', why: `it answers ${typeToText(type)} without authority` };
  return { kind: 'seen', seen: reply.message };
}

function recordsOf({ answers }: Message, owner: WireName, type: number): readonly ResourceRecord[] {
  return answers.filter((record) => record.type === type && namesEqual(record.owner, owner));
}

/** Tags of the keys that sign a set (RFC 4034 §3.1: type covered, and the key tag after 16 octets). */
function signersOf(message: Message, owner: WireName, type: number): number[] {
  return recordsOf(message, owner, RRTYPE.RRSIG)
    .filter(({ rdata }) => rdata.length > KEY_TAG + 2 && u16(rdata, 0) === type)
    .map(({ rdata }) => u16(rdata, KEY_TAG));
}

const KEY_TAG = 16;

function dsOfRdata(rdata: Uint8Array): DsSeen {
  return {
    tag: u16(rdata, 0),
    algorithm: rdata[2] ?? 0,
    digestType: rdata[3] ?? 0,
    digest: Buffer.from(rdata.subarray(4)).toString('hex'),
  };
}

function longestTtl(records: readonly ResourceRecord[]): number {
  return Math.max(0, ...records.map(({ ttl }) => ttl));
}

function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
