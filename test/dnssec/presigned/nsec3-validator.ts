/**
 * What a validator makes of NSEC3 records whose signatures are good, written from RFC 5155 §8 and RFC 6840 §4, and from
 * nothing of ours.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Labels, labelsOf, lowerOf } from '../denial/random-zone.ts';

export interface SeenNsec3 {
  /** Hashes as 40 hexadecimal digits. */
  readonly owner: string;
  readonly next: string;
  readonly isOptOut: boolean;
  readonly types: ReadonlySet<number>;
  readonly salt: Buffer;
  readonly iterations: number;
}

const [NS, CNAME, SOA, DNAME, DS] = [2, 5, 6, 39, 43];

export function readNsec3(owner: Uint8Array, rdata: Uint8Array): SeenNsec3 {
  const [label = ''] = labelsOf(owner);
  assert.equal(rdata[0], 1);
  const saltEnd = 5 + (rdata[4] ?? 0);
  const nextEnd = saltEnd + 1 + (rdata[saltEnd] ?? 0);
  const types = new Set<number>();
  for (let at = nextEnd; at < rdata.length; ) {
    const [window = 0, length = 0] = rdata.subarray(at, at + 2);
    for (let bit = 0; bit < 8 * length; bit++)
      if (((rdata[at + 2 + (bit >> 3)] ?? 0) << (bit & 7)) & 0x80) types.add(256 * window + bit);
    at += 2 + length;
  }
  return {
    owner: hexOf(label),
    next: Buffer.from(rdata.subarray(saltEnd + 1, nextEnd)).toString('hex'),
    isOptOut: ((rdata[1] ?? 0) & 1) === 1,
    types,
    salt: Buffer.from(rdata.subarray(5, saltEnd)),
    iterations: 256 * (rdata[2] ?? 0) + (rdata[3] ?? 0),
  };
}

/**
 * §8.4. A name that is there for delegations alone may be left out with them, and then stands in no proof: what is below it
 * is not there, though a wildcard above it is.
 */
export function provesNameErrorHashed(proof: readonly SeenNsec3[], name: Labels): boolean {
  const encloser = closestEncloser(proof, name);
  if (encloser === undefined) return false;
  return encloser.isOptOut || covering(proof, ['*', ...encloser.labels]) !== undefined;
}

/** §8.5, §8.6, §8.7; a name that is there for delegations alone may be left out with them (RFC 5155, erratum 3441). */
export function provesNoDataHashed(proof: readonly SeenNsec3[], name: Labels, type: number): boolean {
  const own = matching(proof, name);
  if (own !== undefined) return hasNone(own, type, name);
  const encloser = closestEncloser(proof, name);
  if (encloser === undefined) return false;
  const source = matching(proof, ['*', ...encloser.labels]);
  return encloser.isOptOut || (source !== undefined && hasNone(source, type, name));
}

/** §8.8. */
export function provesWildcardHashed(proof: readonly SeenNsec3[], name: Labels, wildcard: Labels): boolean {
  return covering(proof, name.slice(name.length - wildcard.length)) !== undefined;
}

function hasNone({ types }: SeenNsec3, type: number, name: Labels): boolean {
  if (types.has(type) || types.has(CNAME)) return false;
  if (type === DS) return !types.has(SOA) || name.length === 0;
  return !types.has(NS) || types.has(SOA);
}

/** §8.3. */
function closestEncloser(
  proof: readonly SeenNsec3[],
  name: Labels,
): { readonly labels: Labels; readonly isOptOut: boolean } | undefined {
  for (let left = 1; left <= name.length; left++) {
    const labels = name.slice(left);
    const own = matching(proof, labels);
    if (own === undefined) continue;
    if (own.types.has(DNAME) || (own.types.has(NS) && !own.types.has(SOA))) return undefined;
    const cover = covering(proof, name.slice(left - 1));
    return cover && { labels, isOptOut: cover.isOptOut };
  }
  return undefined;
}

function matching(proof: readonly SeenNsec3[], name: Labels): SeenNsec3 | undefined {
  return proof.find((one) => one.owner === hashOf(one, name));
}

function covering(proof: readonly SeenNsec3[], name: Labels): SeenNsec3 | undefined {
  return proof.find((one) => {
    const hash = hashOf(one, name);
    const isLast = one.next <= one.owner;
    return isLast ? hash > one.owner || hash < one.next : hash > one.owner && hash < one.next;
  });
}

/** §5; the zone is `z.`. */
export function hashOf({ salt, iterations }: Pick<SeenNsec3, 'salt' | 'iterations'>, name: Labels): string {
  const octets = [...name.map(lowerOf), 'z'].map((one) =>
    Buffer.from(String.fromCharCode(one.length) + one, 'latin1'),
  );
  let hash: Buffer = Buffer.concat([...octets, Buffer.alloc(1)]);
  for (let round = 0; round <= iterations; round++)
    hash = createHash('sha1').update(hash).update(salt).digest();
  return hash.toString('hex');
}

function hexOf(label: string): string {
  let bits = '';
  for (const digit of label) bits += Number.parseInt(digit, 32).toString(2).padStart(5, '0');
  return (bits.match(/.{8}/g) ?? [])
    .map((octet) => Number.parseInt(octet, 2).toString(16).padStart(2, '0'))
    .join('');
}
