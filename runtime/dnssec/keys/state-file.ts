/**
 * The text of `.state` files, in which BIND's dnssec-policy notes what a key is for. Without one, BIND takes
 * a key with flags 257 for a KSK only, and a lone one under its policy `csk` ends at once.
 */
import { timeFromText, timeToText } from './key-times.ts';

export interface KeyRoles {
  /** Whether it signs the keys of its zone. */
  readonly isKsk: boolean;
  /** Whether it signs the other records. A combined key does both. */
  readonly isZsk: boolean;
}

export interface StateFile extends KeyRoles {
  readonly algorithm: number;
  readonly bits: number;
  /** Since when all resolvers know the DS of the key, in seconds since 1970; `undefined` if that is not known. */
  readonly dsSince?: number;
}

/** Reads what a key is for; `undefined` if the file does not say so. */
export function readStateFile(text: string): StateFile | undefined {
  const values = new Map<string, string>();
  // BIND does not read the first line: it is a comment.
  for (const line of text.split(/\r?\n/).slice(1)) {
    const found = /^([A-Za-z]+):\s*(\S+)/.exec(line);
    if (found?.[1] !== undefined && found[2] !== undefined) values.set(found[1], found[2]);
  }
  const algorithm = Number(values.get('Algorithm'));
  const isKsk = values.get('KSK') === 'yes';
  const isZsk = values.get('ZSK') === 'yes';
  // Of a file that is cut off between the two, the key would lose a role.
  if (!values.has('KSK') || !values.has('ZSK')) return undefined;
  if (!Number.isInteger(algorithm) || !(isKsk || isZsk)) return undefined;
  const isThere = values.get('DSState') === OMNIPRESENT;
  const dsSince = isThere ? timeFromText(values.get('DSChange') ?? '') : undefined;
  const bits = Number(values.get('Length') ?? 0) || 0;
  return { algorithm, bits, isKsk, isZsk, ...(dsSince === undefined ? {} : { dsSince }) };
}

export function writeStateFile({ algorithm, bits, isKsk, isZsk, dsSince }: StateFile): string {
  const lines = [
    '; What a key is for, as BIND wants to know it; dnsteer wrote this.',
    `Algorithm: ${algorithm}`,
    `Length: ${bits}`,
    `KSK: ${isKsk ? 'yes' : 'no'}`,
    `ZSK: ${isZsk ? 'yes' : 'no'}`,
  ];
  if (dsSince !== undefined) {
    const parts = ['DNSKEY', ...(isZsk ? ['ZRRSIG'] : []), ...(isKsk ? ['KRRSIG', 'DS'] : [])];
    for (const part of parts) lines.push(`${part}Change: ${timeToText(dsSince)}`);
    for (const part of parts) lines.push(`${part}State: ${OMNIPRESENT}`);
    lines.push(`GoalState: ${OMNIPRESENT}`);
  }
  return `${lines.join('\n')}\n`;
}

const OMNIPRESENT = 'omnipresent';
