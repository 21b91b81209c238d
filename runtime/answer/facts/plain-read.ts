/** Reads as people see them: what is compared only is shown as what it was compared for. */
import type { Pool } from '../../plan/plan.ts';
import { plainName } from '../../rpc/alike.ts';
import type { FactValue, Read } from '../../rpc/plan.ts';
import { type Fact, parseFact } from './fact.ts';
import type { Facts } from './facts.ts';

/** A read as a sandbox told it, of the client that the facts are of. */
export function plainRead(read: Read, facts: Pick<Facts, 'placeOf'>): Read {
  const fact = parseFact(read[0], NO_POOLS);
  return fact === undefined ? read : plainReadOf(fact, read[1], facts);
}

/** The same of a fact that was taken apart. */
export function plainReadOf(fact: Fact, value: FactValue, facts: Pick<Facts, 'placeOf'>): Read {
  if (fact.kind !== 'place' || fact.alike === undefined) return [fact.key, value];
  return [plainName(fact.key), facts.placeOf(fact.field)];
}

const NO_POOLS: ReadonlyMap<string, Pool> = new Map();
