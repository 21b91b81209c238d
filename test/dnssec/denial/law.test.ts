/** What proofs of any zone must be: enough for a validator, and true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Proof } from '../../../runtime/dnssec/denial/proof.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalName } from '../../../runtime/wire/name.ts';
import { Lookup, lookup } from '../../../runtime/zone/lookup.ts';
import { type Deniable, recordsOf } from './deniable.ts';
import {
  anyLabels,
  anyZone,
  built,
  isSame,
  type Labels,
  labelsOf,
  NEGATIVE_TTL,
  STATIC_TYPES,
  wireOf,
  ZoneOracle,
} from './random-zone.ts';
import {
  covers,
  inOrder,
  provesCompactNameError,
  provesNameError,
  provesNoData,
  provesWildcard,
  readNsec,
  type SeenNsec,
} from './validator.ts';

const anyType = fc.constantFrom(...STATIC_TYPES, 'AAAA', 'HTTPS', 'URI', 'SOA').map((type) => RRTYPE[type]);
const question = fc.record({ name: anyLabels, type: anyType, ttlAtMost: fc.integer({ min: 0, max: 99 }) });

/** What the last question was proved by; what it may lack, where a policy could answer it at another time. */
interface Claim {
  readonly proof: SeenNsec[];
  readonly accepted: boolean;
  readonly lacks?: { readonly at: Labels; readonly type: number };
  readonly ttlAtMost?: number;
}

test('Every outcome of a lookup in any zone has a proof that is enough and true', () => {
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(anyZone, fc.array(question, { minLength: 8, maxLength: 8 }), (model, questions) => {
      const deniable = built(model);
      const oracle = new ZoneOracle(model);
      const near = oracle.owners.flatMap((owner) => [owner, ['a', ...owner], owner.slice(1)]);
      const more = near.map((name) => ({ name, type: questions[0]?.type ?? RRTYPE.A, ttlAtMost: 7 }));
      for (const { name, type, ttlAtMost } of [...questions, ...more]) {
        for (const { outcome, proof, accepted, lacks } of claims(deniable, oracle, name, type, ttlAtMost)) {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          assert.ok(accepted, `${outcome} of ${JSON.stringify(name)} ${type}`);
          for (const nsec of proof) assertTrue(nsec, oracle, lacks);
        }
      }
    }),
    { numRuns: 1500 },
  );
  for (const outcome of OUTCOMES) assert.ok((outcomes.get(outcome) ?? 0) > 50, `${outcome} is met`);
});

test('The chain of any zone is a ring in canonical order that denies exactly what is not there', () => {
  fc.assert(
    fc.property(anyZone, fc.array(anyLabels, { maxLength: 6 }), (model, others) => {
      const { denial } = built(model);
      const oracle = new ZoneOracle(model);
      const ring: SeenNsec[] = [];
      for (let at: Labels = []; ring.length === 0 || at.length > 0; at = ring.at(-1)?.next ?? []) {
        const asked = wireOf(at);
        ring.push(...proofOf((into) => denial.nsecAt(asked, asked.length, into)));
        assert.ok(ring.length <= oracle.owners.length);
      }
      assert.deepEqual(
        ring.map(({ owner }) => owner),
        oracle.owners.map((owner) => labelsOf(canonicalName(wireOf(owner)))).toSorted(inOrder),
      );
      for (const nsec of ring) assert.deepEqual(nsec.types, oracle.types(nsec.owner));
      for (const other of others) {
        const isOwner = oracle.owners.some((owner) => isSame(owner, other));
        assert.equal(ring.filter((nsec) => covers(nsec, other)).length, isOwner ? 0 : 1);
      }
    }),
    { numRuns: 1500 },
  );
});

const OUTCOMES = [
  'name error',
  'no data',
  'wildcard without data',
  'from a wildcard',
  'not signed below',
  'policy without data',
  'policy without the name',
  'compact without data',
];

/** Looks a name up and proves what is found, in each way that a policy could decide. */
function* claims(
  { zone, denial }: Deniable,
  oracle: ZoneOracle,
  name: Labels,
  type: number,
  ttlAtMost: number,
): Generator<Claim & { outcome: string }> {
  const asked = canonicalName(wireOf(name));
  const { length } = asked;
  const found = new Lookup();
  lookup(zone, asked, length, type, found);
  let source = name;
  while (found.wildcard && !oracle.exists(source)) source = source.slice(1);
  if (found.wildcard) source = ['*', ...source];
  const ttl = Math.min(ttlAtMost, NEGATIVE_TTL);
  switch (found.outcome) {
    case 'dname':
      return;
    case 'delegation': {
      const cut = found.cut?.owner ?? assert.fail('A delegation has its NS');
      const at = labelsOf(cut);
      if (oracle.types(at).has(RRTYPE.DS)) return;
      const proof = proofOf((into) => denial.noDs(cut, into));
      yield { outcome: 'not signed below', proof, accepted: provesNoData(proof, at, RRTYPE.DS) };
      return;
    }
    case 'nxdomain': {
      const proof = proofOf((into) => denial.nameError(asked, length, into));
      yield { outcome: 'name error', proof, accepted: provesNameError(proof, name) };
      return;
    }
    case 'answer':
    case 'cname': {
      if (!found.wildcard) return;
      const proof = proofOf((into) => denial.wildcardAnswer(asked, length, into));
      yield { outcome: 'from a wildcard', proof, accepted: provesWildcard(proof, name, source) };
      return;
    }
    case 'nodata':
    case 'policy': {
      const proof = proofOf(
        (into) => {
          if (found.wildcard) denial.wildcardNoData(asked, length, wireOf(source), type, ttlAtMost, into);
          else denial.noData(asked, length, type, ttlAtMost, into);
        },
        found.wildcard ? NEGATIVE_TTL : ttl,
      );
      const isPolicy = found.outcome === 'policy';
      const outcome = found.wildcard ? 'wildcard without data' : isPolicy ? 'policy without data' : 'no data';
      const lacks = isPolicy ? { lacks: { at: source, type } } : {};
      yield { outcome, proof, accepted: provesNoData(proof, name, type), ...lacks };
      if (isPolicy) yield* compactClaims({ denial, oracle, name, source, type, ttlAtMost });
    }
  }
}

interface Steered {
  readonly denial: Deniable['denial'];
  readonly oracle: ZoneOracle;
  readonly name: Labels;
  readonly source: Labels;
  readonly type: number;
  readonly ttlAtMost: number;
}

function* compactClaims({
  denial,
  oracle,
  name,
  source,
  type,
  ttlAtMost,
}: Steered): Generator<Claim & { outcome: string }> {
  const asked = canonicalName(wireOf(name));
  const ttl = Math.min(ttlAtMost, NEGATIVE_TTL);
  const none = proofOf((into) => denial.compactNameError(asked, asked.length, into, ttlAtMost), ttl);
  assertNothingBetween(none, name);
  yield { outcome: 'policy without the name', proof: [], accepted: provesCompactNameError(none, name) };
  const at = canonicalName(wireOf(source));
  const types = denial.possibleTypes(at, at.length, type);
  const some = proofOf((into) => denial.compactNoData(asked, asked.length, types, ttlAtMost, into), ttl);
  assertNothingBetween(some, name);
  const possible = oracle.types(source);
  possible.delete(type);
  possible.delete(RRTYPE.CNAME);
  assert.deepEqual(some[0]?.types, possible);
  yield { outcome: 'compact without data', proof: [], accepted: provesNoData(some, name, type) };
}

/** The record speaks of the name alone: the next one is `\000.` below it, as none of these names is too long. */
function assertNothingBetween(proof: readonly SeenNsec[], name: Labels): void {
  assert.equal(proof.length, 1);
  assert.ok(isSame(proof[0]?.owner ?? [], name) && isSame(proof[0]?.next ?? [], ['\0', ...name]));
}

/** A record of the chain denies no name that is there, and no type that is or could be, but what was asked for. */
function assertTrue(nsec: SeenNsec, oracle: ZoneOracle, lacks: Claim['lacks']): void {
  assert.ok(!oracle.owners.some((owner) => covers(nsec, owner)));
  assert.ok(oracle.owners.some((owner) => isSame(owner, nsec.owner)));
  assert.ok(oracle.owners.some((owner) => isSame(owner, nsec.next)));
  const types = oracle.types(nsec.owner);
  if (lacks !== undefined && isSame(lacks.at, nsec.owner)) {
    types.delete(lacks.type);
    types.delete(RRTYPE.CNAME);
  }
  assert.deepEqual(nsec.types, types);
}

/** Each owner has one record, in lower case, and none lives longer than it may. */
function proofOf(add: (into: Proof) => void, ttl: number = NEGATIVE_TTL): SeenNsec[] {
  const records = recordsOf(add);
  const owners = records.map(({ owner }) => Buffer.from(owner).toString('latin1'));
  assert.equal(new Set(owners).size, records.length);
  for (const record of records) {
    assert.deepEqual(record.owner, canonicalName(record.owner));
    assert.ok(record.ttl <= ttl, `${record.ttl}`);
  }
  return records.map(({ owner, rdata }) => readNsec(owner, rdata));
}
