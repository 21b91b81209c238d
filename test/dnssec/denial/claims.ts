/** What replies say of names in any zone, and how Denial proves it. */
import assert from 'node:assert/strict';
import { typesBut } from '../../../runtime/dnssec/denial/chain.ts';
import type { Proof } from '../../../runtime/dnssec/denial/proof.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalName } from '../../../runtime/wire/name.ts';
import { Lookup, lookup } from '../../../runtime/zone/lookup.ts';
import type { Deniable } from './deniable.ts';
import { built, type Labels, labelsOf, wireOf, type ZoneModel, type ZoneOracle } from './random-zone.ts';
import {
  provesCompactNameError,
  provesNameError,
  provesNoData,
  provesWildcard,
  type SeenNsec,
} from './validator.ts';

export interface Question {
  readonly name: Labels;
  readonly type: number;
  readonly ttlAtMost: number;
}

/** What a reply says of one name, and how it is proved. */
export interface Claim {
  readonly outcome: string;
  readonly add: (into: Proof) => void;
  readonly accepts: (proof: readonly SeenNsec[]) => boolean;
  /** What the record of a name may lack, where a policy could answer it at another time. */
  readonly lacks?: { readonly at: Labels; readonly type: number };
  /** How long all of the proof may live. */
  readonly ttl?: number;
  /** The name of which the only record speaks, and its types. */
  readonly only?: { readonly name: Labels; readonly types: ReadonlySet<number> };
}

export const OUTCOMES = [
  'name error',
  'no data',
  'wildcard without data',
  'from a wildcard',
  'not signed below',
  'policy without data',
  'policy without the name',
  'compact without data',
];

/** Claims about the names asked for, and about names at, near and below those of the zone. */
export function claimsOf(model: ZoneModel, oracle: ZoneOracle, questions: readonly Question[]): Claim[] {
  const deniable = built(model);
  const more = oracle.owners.flatMap((owner) => {
    const near = [owner, ['a', ...owner], owner.slice(1), ['m', ...owner.slice(1)]];
    // RRSIG and NSEC are never denied: each name that owns an NSEC has them.
    const own = [...oracle.types(owner)].filter((type) => type !== RRTYPE.RRSIG && type !== RRTYPE.NSEC);
    const types = [questions[0]?.type, own[0]];
    return near.flatMap((name) => types.map((type = RRTYPE.A) => ({ name, type, ttlAtMost: 7 })));
  });
  return [...questions, ...more].flatMap((asked) => [...claims(deniable, oracle, asked)]);
}

/** Looks a name up and claims what is found, in each way that a policy could decide. */
function* claims(
  deniable: Deniable,
  oracle: ZoneOracle,
  { name, type, ttlAtMost }: Question,
): Generator<Claim> {
  const { zone, denial } = deniable;
  const asked = canonicalName(wireOf(name));
  const { length } = asked;
  const found = new Lookup();
  lookup(zone, asked, length, type, found);
  let source = name;
  while (found.wildcard && !oracle.exists(source)) source = source.slice(1);
  if (found.wildcard) source = ['*', ...source];
  switch (found.outcome) {
    case 'dname':
      return;
    case 'delegation': {
      const cut = found.cut?.owner ?? assert.fail('A delegation has its NS');
      const at = labelsOf(cut);
      if (oracle.types(at).has(RRTYPE.DS)) return;
      const accepts = (proof: readonly SeenNsec[]) => provesNoData(proof, at, RRTYPE.DS);
      yield { outcome: 'not signed below', add: (into) => denial.noDs(cut, into), accepts };
      return;
    }
    case 'nxdomain': {
      const accepts = (proof: readonly SeenNsec[]) => provesNameError(proof, name);
      yield { outcome: 'name error', add: (into) => denial.nameError(asked, length, into), accepts };
      return;
    }
    case 'answer':
    case 'cname': {
      if (!found.wildcard) return;
      const accepts = (proof: readonly SeenNsec[]) => provesWildcard(proof, name, source);
      yield {
        outcome: 'from a wildcard',
        add: (into) => denial.wildcardAnswer(asked, length, into),
        accepts,
      };
      return;
    }
    case 'nodata':
    case 'policy': {
      const isPolicy = found.outcome === 'policy';
      const accepts = (proof: readonly SeenNsec[]) => provesNoData(proof, name, type);
      const lacks = isPolicy ? { lacks: { at: source, type } } : {};
      if (found.wildcard) {
        const add = (into: Proof) =>
          denial.wildcardNoData(asked, length, wireOf(source), type, ttlAtMost, into);
        yield { outcome: 'wildcard without data', add, accepts, ...lacks };
      } else {
        const outcome = isPolicy ? 'policy without data' : 'no data';
        const add = (into: Proof) => denial.noData(asked, length, type, ttlAtMost, into);
        yield { outcome, add, accepts, ttl: ttlAtMost, ...lacks };
      }
      if (isPolicy) yield* compactClaims(deniable, oracle, { name, type, ttlAtMost }, source);
    }
  }
}

function* compactClaims(
  { denial, typesAt }: Deniable,
  oracle: ZoneOracle,
  { name, type, ttlAtMost }: Question,
  source: Labels,
): Generator<Claim> {
  const asked = canonicalName(wireOf(name));
  const at = canonicalName(wireOf(source));
  yield {
    outcome: 'policy without the name',
    add: (into) => denial.compactNameError(asked, asked.length, into, ttlAtMost),
    accepts: (proof) => provesCompactNameError(proof, name),
    ttl: ttlAtMost,
    only: { name, types: new Set([RRTYPE.RRSIG, RRTYPE.NSEC, RRTYPE.NXNAME]) },
  };
  const types = oracle.types(source);
  types.delete(type);
  types.delete(RRTYPE.CNAME);
  yield {
    outcome: 'compact without data',
    add: (into) => {
      const possible = typesBut(typesAt(at), type);
      denial.compactNoData(asked, asked.length, possible, ttlAtMost, into);
    },
    accepts: (proof) => provesNoData(proof, name, type),
    ttl: ttlAtMost,
    only: { name, types },
  };
}
