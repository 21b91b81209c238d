/** What is asked of servers of a signed zone, always with DO. Peers have plain records where ours has a policy. */
import { randomBytes } from 'node:crypto';
import { packet } from '../../support/packet.ts';
import { ZONE } from '../cases.ts';
import { zoneFileOf } from '../peers/zone-file.ts';

export interface SignedCase {
  readonly name: string;
  readonly says: string;
  /** The names asked, in turn; where they are to be new, others at each call. */
  names(seconds: number): readonly string[];
  readonly kind: 'answer' | 'denial';
}

/** Hosts of the zone: h0, h1, … */
export const HOSTS = 1000;
/** The name that the wildcard is below. */
export const FIRST = 'first';
export const ADDRESSES = ['192.0.2.1', '192.0.2.2'] as const;

/** More than any server answers in a second. */
const NEW_A_SECOND = 1 << 18;

export const SIGNED_CASES: readonly SignedCase[] = [
  {
    name: 'signed, static',
    says: 'two addresses of one name',
    names: () => [`static.${ZONE}`],
    kind: 'answer',
  },
  {
    name: 'signed, warm',
    says: `two addresses of ${HOSTS} names, by policy where there is one`,
    names: () => Array.from({ length: HOSTS }, (_, index) => `h${index}.${ZONE}`),
    kind: 'answer',
  },
  {
    name: 'denied, never seen',
    says: 'names that are not there, each a new one',
    names: (seconds) => newNames(Math.ceil(NEW_A_SECOND * seconds), ZONE),
    kind: 'denial',
  },
];

/** Names below another that nobody has asked for yet. */
export function newNames(count: number, parent: string): string[] {
  const series = randomBytes(4).toString('hex');
  return Array.from(
    { length: count },
    (_, index) => `x${series}${index.toString(16).padStart(6, '0')}.${parent}`,
  );
}

/** A question with DO, for replies of 1232 octets at most. */
export function questionWithDo(name: string): Buffer {
  return packet({ id: 1, question: `${name}. A`, opt: { udpSize: 1232, flags: DO } });
}

/** Questions as dnsperf's `-B` reads them: each behind its length (RFC 1035 §4.2.2). */
export function questionFile(names: readonly string[]): Buffer {
  return Buffer.concat(
    names.flatMap((name) => {
      const question = questionWithDo(name);
      return [Buffer.of(question.length >> 8, question.length & 0xff), question];
    }),
  );
}

const DO = 0x8000;

/** The records of the zone for servers that know no policies, as the text of its file. */
export function signedZoneText(): string {
  const names = ['static', `*.${FIRST}`, ...Array.from({ length: HOSTS }, (_, index) => `h${index}`)];
  return zoneFileOf(names.flatMap((name) => ADDRESSES.map((address) => `${name} A ${address}`)));
}
