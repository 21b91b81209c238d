/** What proofs of any zone must be: enough for a validator, and true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Proof } from '../../../runtime/dnssec/denial/proof.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalName } from '../../../runtime/wire/name.ts';
import { lawRuns } from '../../support/fuzz.ts';
import { type Claim, claimsOf, OUTCOMES, type Question } from './claims.ts';
import { recordsOf } from './deniable.ts';
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
import { covers, inOrder, readNsec, type SeenNsec } from './validator.ts';

const RUNS = lawRuns(400, 4000);

const anyType = fc.constantFrom(...STATIC_TYPES, 'AAAA', 'HTTPS', 'URI', 'SOA').map((type) => RRTYPE[type]);
const question: fc.Arbitrary<Question> = fc.record({
  name: anyLabels,
  type: anyType,
  ttlAtMost: fc.integer({ min: 0, max: 99 }),
});

test('Every outcome of a lookup in any zone has a proof that is enough and true', () => {
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(anyZone, fc.array(question, { minLength: 8, maxLength: 8 }), (model, questions) => {
      const oracle = new ZoneOracle(model);
      for (const claim of claimsOf(model, oracle, questions)) {
        outcomes.set(claim.outcome, (outcomes.get(claim.outcome) ?? 0) + 1);
        const proof = proofOf(claim.add, claim.ttl);
        assert.ok(claim.accepts(proof), claim.outcome);
        if (claim.only === undefined) for (const nsec of proof) assertTrue(nsec, oracle, claim.lacks);
        else assertSpeaksOf(proof, claim.only);
      }
    }),
    RUNS,
  );
  for (const outcome of OUTCOMES)
    assert.ok((outcomes.get(outcome) ?? 0) > RUNS.numRuns / 40, `${outcome} is met`);
});

test('What is said of an alias and of its target is proved by one proof', () => {
  let joined = 0;
  fc.assert(
    fc.property(anyZone, fc.array(question, { minLength: 8, maxLength: 8 }), (model, questions) => {
      const claims = claimsOf(model, new ZoneOracle(model), questions);
      const aliases = claims.filter(({ outcome }) => outcome === 'from a wildcard');
      for (const alias of aliases) {
        for (const target of claims) {
          const proof = proofOf((into) => {
            alias.add(into);
            target.add(into);
          });
          assert.ok(alias.accepts(proof) && target.accepts(proof), target.outcome);
          if (proof.length < proofOf(alias.add).length + proofOf(target.add).length) joined++;
        }
      }
    }),
    { ...RUNS, numRuns: RUNS.numRuns / 4 },
  );
  assert.ok(joined > RUNS.numRuns / 40, 'Records are joined');
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
    RUNS,
  );
});

/** The next name is `\000.` below the only one, as none of these names is too long. */
function assertSpeaksOf(proof: readonly SeenNsec[], { name, types }: NonNullable<Claim['only']>): void {
  assert.equal(proof.length, 1);
  assert.ok(isSame(proof[0]?.owner ?? [], name) && isSame(proof[0]?.next ?? [], ['\0', ...name]));
  assert.deepEqual(proof[0]?.types, types);
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
    assert.ok(record.ttl <= Math.min(ttl, NEGATIVE_TTL), `${record.ttl}`);
  }
  return records.map(({ owner, rdata }) => readNsec(owner, rdata));
}
