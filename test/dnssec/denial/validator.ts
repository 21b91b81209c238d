/**
 * What a validator makes of NSEC records whose signatures are good, written from RFC 4035 §5.4, RFC 4592,
 * RFC 6840 §4 and RFC 9824 §3.5, and from nothing of ours.
 */
import assert from 'node:assert/strict';
import { isSame, type Labels, labelsOf, lowerOf } from './random-zone.ts';

export interface SeenNsec {
  readonly owner: Labels;
  readonly next: Labels;
  readonly types: ReadonlySet<number>;
}

const [NS, CNAME, SOA, DNAME, DS, NXNAME] = [2, 5, 6, 39, 43, 128];

/** Reads a record; its bitmap must be as RFC 4034 §4.1.2 has it. */
export function readNsec(owner: Uint8Array, rdata: Uint8Array): SeenNsec {
  let at = 0;
  while ((rdata[at] ?? 0) > 0) at += 1 + (rdata[at] ?? 0);
  const next = labelsOf(rdata.subarray(0, ++at));
  const types = new Set<number>();
  for (let last = -1; at < rdata.length; ) {
    const [window = 0, length = 0] = rdata.subarray(at, at + 2);
    assert.ok(window > last && length > 0 && length <= 32 && at + 2 + length <= rdata.length);
    assert.notEqual(rdata[at + 1 + length], 0, 'A window ends with a bit');
    for (let bit = 0; bit < 8 * length; bit++)
      if (((rdata[at + 2 + (bit >> 3)] ?? 0) << (bit & 7)) & 0x80) types.add(256 * window + bit);
    last = window;
    at += 2 + length;
  }
  return { owner: labelsOf(owner), next, types };
}

/** RFC 4034 §6.1. */
export function inOrder(a: Labels, b: Labels): number {
  for (let depth = 1; depth <= Math.min(a.length, b.length); depth++) {
    const [ofA, ofB] = [lowerOf(a.at(-depth) ?? ''), lowerOf(b.at(-depth) ?? '')];
    if (ofA !== ofB) return ofA < ofB ? -1 : 1;
  }
  return a.length - b.length;
}

/** Whether a name lies between both names of a record; the last record leads to the zone's own name. */
export function covers({ owner, next }: SeenNsec, name: Labels): boolean {
  return inOrder(owner, name) < 0 && (next.length === 0 || inOrder(name, next) < 0);
}

/** No name and no wildcard. */
export function provesNameError(proof: readonly SeenNsec[], name: Labels): boolean {
  return proof.some((nsec) => {
    if (!deniesName(nsec, name)) return false;
    const source = ['*', ...enclosers(nsec, name)];
    return proof.some((other) => deniesName(other, source));
  });
}

/** The name is there without that type, or a wildcard is that stands in for it. */
export function provesNoData(proof: readonly SeenNsec[], name: Labels, type: number): boolean {
  if (proof.some((nsec) => hasNone(nsec, name, type))) return true;
  return proof.some((nsec) => {
    if (!deniesName(nsec, name)) return false;
    const source = ['*', ...enclosers(nsec, name)];
    return proof.some((other) => hasNone(other, source, type));
  });
}

/** The name is not there, and the wildcard is the closest that could stand in for it. */
export function provesWildcard(proof: readonly SeenNsec[], name: Labels, wildcard: Labels): boolean {
  return proof.some((nsec) => deniesName(nsec, name) && isSame(enclosers(nsec, name), wildcard.slice(1)));
}

/** RFC 9824 §3.5: the name is not there, says a record of its own. */
export function provesCompactNameError(proof: readonly SeenNsec[], name: Labels): boolean {
  return proof.some(({ owner, types }) => isSame(owner, name) && types.has(NXNAME) && types.size === 3);
}

/** RFC 6840 §4.1: what is above a delegation or a DNAME does not speak of names below it. */
function deniesName(nsec: SeenNsec, name: Labels): boolean {
  const { owner, next, types } = nsec;
  const leadsAway = (types.has(NS) && !types.has(SOA)) || types.has(DNAME);
  if (leadsAway && isBelow(name, owner)) return false;
  return covers(nsec, name) && !isBelow(next, name);
}

/** By its own record, or by one that leads below it, as an empty non-terminal. */
function hasNone(nsec: SeenNsec, name: Labels, type: number): boolean {
  const { owner, next, types } = nsec;
  if (!isSame(owner, name)) return covers(nsec, name) && isBelow(next, name);
  if (types.has(type) || types.has(CNAME)) return false;
  if (type === DS) return !types.has(SOA) || name.length === 0;
  return !types.has(NS) || types.has(SOA);
}

/** The closest encloser that a covering record shows: the longer of what the name shares with both of its names. */
function enclosers({ owner, next }: SeenNsec, name: Labels): Labels {
  const shared = (other: Labels): number => {
    let count = 0;
    while (
      count < other.length &&
      count < name.length &&
      isSame([other.at(-1 - count) ?? ''], [name.at(-1 - count) ?? ''])
    )
      count++;
    return count;
  };
  return name.slice(name.length - Math.max(shared(owner), shared(next)));
}

function isBelow(name: Labels, above: Labels): boolean {
  return name.length > above.length && isSame(name.slice(name.length - above.length), above);
}
