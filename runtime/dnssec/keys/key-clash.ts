/** Keys of one zone that are the same, or that have a key tag in common. Validators and tools mistake them. */
import path from 'node:path';
import { haveCommonTag } from './dnskey.ts';
import type { KeptKey, KeyProblem } from './kept-key.ts';

/** The keys that can be used beside each other; of two that cannot, the one that is in use for longer. */
export function withoutClashes(
  folder: string,
  keys: readonly KeptKey[],
  problems: KeyProblem[],
): readonly KeptKey[] {
  const kept: KeptKey[] = [];
  for (const key of keys.toSorted(bySeniority)) {
    const same = kept.find((other) => isSameKey(other, key));
    const clashing = same ?? kept.find((other) => haveCommonTag(other.key.dnskey, key.key.dnskey));
    if (clashing === undefined) kept.push(key);
    else problems.push(problemOf(folder, key, clashing, same !== undefined));
  }
  return kept;
}

/** Keys that are to end come last, then those made later. */
function bySeniority(a: KeptKey, b: KeptKey): number {
  return rank(a) - rank(b) || age(a) - age(b) || (a.name < b.name ? -1 : 1);
}

function rank({ times }: KeptKey): number {
  return times.inactive === undefined && times.delete === undefined ? 0 : 1;
}

function age({ times }: KeptKey): number {
  return times.created ?? times.publish ?? times.activate ?? Number.MAX_SAFE_INTEGER;
}

/** Whether two keys have the same public key: their flags can differ, and their tags with them. */
function isSameKey(a: KeptKey, b: KeptKey): boolean {
  const [one, other] = [a.key.dnskey, b.key.dnskey];
  return a.key.algorithm === b.key.algorithm && Buffer.compare(one.subarray(4), other.subarray(4)) === 0;
}

function problemOf(
  folder: string,
  { zone, name }: KeptKey,
  { name: other }: KeptKey,
  isSame: boolean,
): KeyProblem {
  const what = isSame ? 'is the same key as' : 'can be taken by its key tag for';
  return {
    code: 'KEY_CLASH',
    severity: 'error',
    message: `The key ${what} ${other}, and is not used`,
    file: path.join(folder, `${name}.private`),
    remedy: isSame ? 'Remove the files of one of the two' : 'Make another key in its place',
    zone,
    name,
  };
}
