/** A reply as far as good servers must agree on it, read by a codec that is not ours. */
import { type DecodedPacket, decode } from 'dns-packet';

/** The parts that are compared, as text; records are a line each, in order of the alphabet: sections are sets. */
export interface Summary {
  readonly rcode: string;
  /** AA, TC, RD, RA, AD, CD, and DO of OPT. */
  readonly flags: string;
  readonly answer: string;
  readonly authority: string;
  /** Without OPT. */
  readonly additional: string;
}

export type Part = keyof Summary;

export const PARTS: readonly Part[] = ['rcode', 'flags', 'answer', 'authority', 'additional'];

const FLAGS = ['aa', 'tc', 'rd', 'ra', 'ad', 'cd'] as const;

/** Reads a reply. Of one that is truncated, only the header counts (RFC 2181 §9). */
export function summaryOf(reply: Buffer): Summary {
  const message = decode(reply);
  const section = (records?: readonly Answer[]) => (message.flag_tc ? '' : recordsToText(records));
  return {
    // dns-packet keeps the code's name in a field its types leave out.
    rcode: (message as unknown as { rcode: string }).rcode,
    flags: [...FLAGS.filter((flag) => message[`flag_${flag}`]), ...(hasDo(message) ? ['do'] : [])].join(' '),
    answer: section(message.answers),
    authority: section(message.authorities),
    additional: section(message.additionals),
  };
}

type Answer = NonNullable<DecodedPacket['additionals']>[number];

function hasDo({ additionals = [] }: DecodedPacket): boolean {
  return additionals.some((record) => record.type === 'OPT' && record.flag_do);
}

function recordsToText(records: readonly Answer[] = []): string {
  const lines = records.map((record) => {
    if (record.type === 'OPT') return [];
    // RFC 4343 §3: whose case an owner has is each server's own choice.
    const owner = record.name.toLowerCase();
    return `${owner} ${record.ttl} ${record.class} ${record.type} ${JSON.stringify(record.data)}`;
  });
  return lines.flat().sort().join('\n');
}
