/** What remembered decisions take in memory, estimated as that of plans is: see plan/octets.ts. */
import { OCTETS } from '../../plan/octets.ts';
import type { Plan } from '../../plan/plan.ts';
import { anyKind } from '../../plan/plan-kinds.ts';
import type { FactValue } from '../../rpc/plan.ts';
import { fold } from '../../rpc/plan-fold.ts';
import { MAX_NAME_LENGTH } from '../../wire/name.ts';
import type { Fact, PastRead } from '../facts/fact.ts';

/** The longest name there is. */
const NAME = OCTETS + MAX_NAME_LENGTH;
/** A branch with a map of few edges, and the fact it is for. */
const BRANCH = 320;
export const LEAF = 120;
/** An entry of a larger map. */
const EDGE = 48;

/** A plan among those of its policy. */
export const SHARED_PLAN = 120;

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
    LEAF + edgeOctets(null) + SHARED_PLAN + planOctets(plan),
  );
}

/** A plan, without the pools it names. */
export function planOctets(plan: Plan): number {
  return fold<Plan, number>(plan, ownOctets, (holder, inside) => {
    return inside.reduce((octets, inner) => octets + inner, ownOctets(holder));
  });
}

function ownOctets(plan: Plan): number {
  return anyKind(plan).octets(plan);
}
