/**
 * The law of replays: whatever a policy reads, a query that was recorded and is decided again by the same policy has the
 * answer that it had, and nothing is assumed for it. Lines come in any order, and so their worlds follow one another.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explain } from '../../runtime/answer/explain/explain.ts';
import { isSameAnswer } from '../../runtime/replay/answer-label.ts';
import type { FactValue } from '../../runtime/rpc/plan.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import { GEO } from '../answer/places.ts';
import type { Script } from '../answer/scripted-sandbox.ts';
import { Server } from '../answer/server.ts';
import { tcpTarget } from '../support/target-number.ts';
import { failingLeaf, SHOP, scriptOf, TARGETS } from './random-policies.ts';
import { PlayedSide } from './side.ts';

const FACTS = ['client.country', 'client.continent', 'client.eu', 'client.subnet', 'health.us', 'health.eu'];
const TIMES = ['time.hour', 'time@Europe/Berlin.weekday', 'time.minute'];

const world = fc.record({
  name: fc.constantFrom('www.shop.example', 'a.app.shop.example', 'b.app.shop.example', 'none.shop.example'),
  type: fc.constantFrom('A', 'AAAA', 'MX'),
  client: fc.constantFrom('198.51.100.0/24', '192.0.2.0/24', '2001:db8:a::/56', '203.0.113.0/20'),
  facts: fc.record({
    country: fc.constantFrom<FactValue>('DE', 'US', 'FR'),
    continent: fc.constantFrom<FactValue>('EU', 'NA'),
    eu: fc.boolean(),
  }),
  down: fc.subarray(TARGETS),
  at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
  chance: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 4, maxLength: 4 }),
});

test('What is decided again by the same policy is the same', async () => {
  const policies = fc.record({
    facts: fc.subarray([...FACTS, ...TIMES], { minLength: 1 }),
    plans: fc.array(failingLeaf, { minLength: 2, maxLength: 5 }),
  });
  const worlds = fc.array(world, { minLength: 1, maxLength: 12 });
  const law = fc.asyncProperty(policies, worlds, async ({ facts, plans }, all) => {
    const script = scriptOf(facts, plans);
    const lines: RecordedLine[] = [];
    for (const one of all) lines.push(await recordedFrom(script, one));
    const side = new PlayedSide([SHOP]);
    side.sandbox.script = script;
    for (const line of [...lines, ...lines.toReversed()]) {
      const decided = await side.decide(line);
      // What a run that failed has read is lost with it.
      if (line.fallback !== undefined && decided.assumed.length > 0) continue;
      assert.ok(isSameAnswer(line, decided), JSON.stringify({ line, decided }));
      assert.deepEqual(decided.assumed, [], JSON.stringify(line));
    }
  });
  await fc.assert(law, { numRuns: 30 });
});

/** What a server records that answers a query in such a world. */
async function recordedFrom(
  script: Script,
  { name, type, client, facts, down, at, chance }: typeof world extends fc.Arbitrary<infer T> ? T : never,
): Promise<RecordedLine> {
  const server = new Server();
  server.put(SHOP);
  server.sandbox.script = script;
  for (const target of down) server.setHealth(tcpTarget(placeOf(target)), 'down');
  const thrown: number[] = [];
  const random = (): number => {
    thrown.push(chance[thrown.length] ?? 0);
    return thrown.at(-1) ?? 0;
  };
  const parts = {
    ...server.parts,
    geo: GEO,
    health: server.health,
    clock: () => at.getTime(),
    random,
  };
  const { rcode, answer, reads, source, fallback, ecsScope } = await explain(
    { name, type, from: client, facts },
    parts,
  );
  return {
    id: `${name} ${at.getTime()}`,
    at: at.toISOString(),
    name,
    type,
    transport: 'tcp',
    client,
    zone: 'shop.example',
    source,
    reads,
    ...(fallback && { fallback: fallback.reason }),
    ...(thrown.length > 0 && { chance: thrown }),
    ...(down.length > 0 && { down }),
    rcode,
    answer,
    scope: ecsScope,
  };
}

/** `eu/198.51.100.1` is probed at `198.51.100.1:80`. */
function placeOf(target: string): string {
  const value = target.slice(target.indexOf('/') + 1);
  return `${value.includes(':') ? `[${value}]` : value}:80`;
}
