/**
 * What remembered decisions take in memory, estimated: V8 tells nobody what an object takes. Within a
 * quarter of what its heap grows by under Node 26.
 */
import { unreachable } from '../../base/assert.ts';
import type { Plan, RecordSet } from '../../plan/plan.ts';
import type { FactValue } from '../../rpc/plan.ts';
import { MAX_NAME_LENGTH } from '../../wire/name.ts';
import type { Fact, PastRead } from '../facts/fact.ts';

/** An object of a few fields, its place in an array among them. */
const OBJECT = 64;
/** A Uint8Array with memory of its own, but for its octets. */
export const OCTETS = 220;
/** Records of one type, with their arrays. */
const SET = 256;
/** The longest name there is. */
const NAME = OCTETS + MAX_NAME_LENGTH;
/** A branch with a map of few edges, and the fact it is for. */
const BRANCH = 320;
export const LEAF = 120;
/** An entry of a larger map. */
const EDGE = 48;

/** Each branch has a fact of its own, with its key. */
export function branchOctets({ key }: Fact): number {
  return BRANCH + textOctets(key);
}

/** An edge with the value it stands for. */
export function edgeOctets(value: FactValue): number {
  return typeof value === 'string' ? EDGE + textOctets(value) : EDGE;
}

/** V8 has two octets for each character of a text in which one is beyond Latin-1. */
function textOctets(text: string): number {
  return 16 + (BEYOND_LATIN_1.test(text) ? 2 : 1) * text.length;
}

const BEYOND_LATIN_1 = /[^\0-\xff]/;

/** A decision and the way to it, where nothing of that is there yet. */
export function pathOctets(reads: readonly PastRead[], plan: Plan): number {
  return reads.reduce(
    (octets, { fact, value }) =>
      octets + branchOctets(fact) + edgeOctets(value) + (fact.kind === 'name' ? NAME : 0),
    LEAF + edgeOctets(null) + planOctets(plan),
  );
}

/** A plan, without the pools it names. */
export function planOctets(plan: Plan): number {
  switch (plan.kind) {
    case 'records':
      return sum(plan.sets, setOctets);
    case 'pool':
      return 2 * OBJECT;
    case 'firstHealthy':
      return sum(plan.of, planOctets);
    case 'weighted':
    case 'sticky':
      return sum(plan.of, ({ plan: inner }) => OBJECT + planOctets(inner));
    case 'nearest':
      return sum(plan.of, () => OBJECT);
    case 'rotate':
      return OBJECT + planOctets(plan.of);
    case 'cname':
      return OBJECT + OCTETS + plan.target.length;
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
      return OBJECT;
    default:
      return unreachable(plan);
  }
}

function setOctets({ rdatas, encoded }: RecordSet): number {
  return SET + sum(rdatas, (rdata) => OCTETS + rdata.length) + encodedOctets(encoded);
}

function encodedOctets(encoded: Uint8Array | undefined): number {
  return encoded === undefined ? 0 : OCTETS + encoded.length;
}

function sum<T>(parts: readonly T[], octetsOf: (part: T) => number): number {
  return parts.reduce((octets, part) => octets + octetsOf(part), OBJECT);
}
