/**
 * The law of weights: a recorded query is answered differently by two versions only in cells that their comparison tells,
 * and of the queries outside of all cells none is.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ComparedPolicy, comparePolicies } from '../../runtime/explore/compare/compare-policies.ts';
import { readManifest } from '../../runtime/plan/manifest.ts';
import { Traffic } from '../../runtime/replay/traffic.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';
import { name } from '../support/wire.ts';
import { leaf, SHOP, scriptOf, TARGETS } from './random-policies.ts';
import { recorded } from './recorded.ts';
import { PlayedSide } from './side.ts';

const FACTS = ['client.country~DE|FR,US', 'client.continent', 'health.us', 'health.eu', 'time.hour'];
const CONTINENTS = { DE: 'EU', FR: 'EU', US: 'NA', JP: 'AS' } as const;
const LIMITS = { runs: 20_000, patienceMs: 60_000 };
const NOW = Date.UTC(2026, 0, 1);

const version = fc.record({
  facts: fc.subarray(FACTS, { minLength: 1, maxLength: 2 }),
  plans: fc.array(leaf, { minLength: 2, maxLength: 4 }),
});
const line = fc
  .record({
    name: fc.constantFrom('www.shop.example', 'a.app.shop.example'),
    type: fc.constantFrom('A', 'AAAA', 'MX'),
    country: fc.constantFrom('DE', 'FR', 'US', 'JP'),
    down: fc.subarray(TARGETS),
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
    chance: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ country, at, ...rest }) =>
    recorded({
      ...rest,
      at: at.toISOString(),
      reads: [
        ['client.country', country],
        ['client.continent', CONTINENTS[country]],
      ],
    }),
  );

test('What is answered differently is in a cell that says so', async () => {
  let [changed, outside] = [0, 0];
  const law = fc.asyncProperty(
    version,
    version,
    fc.array(line, { minLength: 30, maxLength: 40 }),
    async (one, other, lines) => {
      const sides = [played(one), played(other)] as const;
      const hosts = await comparePolicies(compared(sides[0]), compared(sides[1]), LIMITS, NOW);
      for (const { untaken, sampled } of hosts) assert.deepEqual([untaken, sampled], [0, []]);
      const cells = new Map([['shop.example', new Map(hosts.map((host) => [host.host, host.cells]))]]);
      for (const asked of lines) {
        const traffic = new Traffic([sides[0].decider, sides[1].decider], cells);
        await traffic.query(asked, Date.parse(asked.at), 'file', 1);
        const inside = hosts
          .flatMap((host) => host.cells)
          .filter((cell) => traffic.cells.of(cell).queries > 0);
        const isChanged = traffic.tally.report.different > 0;
        assert.ok(!isChanged || inside.length > 0, JSON.stringify({ asked, hosts }));
        if (isChanged) changed += 1;
        if (inside.length === 0) outside += 1;
      }
    },
  );
  await fc.assert(law, { numRuns: 60 });
  // Both were to be seen.
  assert.ok(changed > 50 && outside > 50, `${changed} changed, ${outside} outside`);
});

function played({
  facts,
  plans,
}: {
  readonly facts: readonly string[];
  readonly plans: readonly unknown[];
}): PlayedSide {
  const side = new PlayedSide([SHOP]);
  side.sandbox.script = scriptOf(facts, plans);
  return side;
}

function compared({ sandbox }: PlayedSide): ComparedPolicy {
  const zone = name('shop.example');
  const data = { form: 'policy', fallback: { kind: 'nodata' }, records: {}, ...SHOP.policy };
  const limits = { maxBudgetMs: 50, maxDeadlineMs: 500 };
  const manifest = readManifest(data, { zone, defaultTtl: 30, ...limits, checkTiming: CHECK_TIMING });
  assert.ok(manifest.ok, JSON.stringify(manifest));
  return { key: 'shop', zone, manifest: manifest.value, script: '', sandbox, owners: new Set() };
}
