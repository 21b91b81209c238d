/**
 * The law of the memory: whatever the policy, whoever asks, and whatever happens meanwhile, an answer is
 * what the policy decides; and for one path it is asked once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { trees } from '../policy-tree.ts';
import { asks, TARGETS, type TreeAsk, type Trees, TreeWorld } from '../tree-world.ts';

const IMPURE = ['client.ip', 'time.unix'];
/** Policies that compare only read so, and decide ahead. */
const MORE = [...IMPURE, 'client.country~DE,FR|US', 'client.city~Paris'];

function versions(impure: readonly string[] = []): fc.Arbitrary<Trees> {
  const tree = trees(impure);
  return fc.record({ a: tree, b: tree, '*.w': tree });
}

type Event =
  | { readonly kind: 'ask'; readonly ask: TreeAsk }
  /** So many runs come to their end. */
  | { readonly kind: 'decide'; readonly count: number }
  | { readonly kind: 'health'; readonly target: (typeof TARGETS)[number]; readonly state: 'up' | 'down' }
  | { readonly kind: 'later'; readonly hours: number }
  | { readonly kind: 'reload'; readonly trees: Trees };

const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('ask' as const), ask: asks }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('decide' as const), count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('health' as const),
      target: fc.constantFrom(...TARGETS),
      state: fc.constantFrom('up', 'down'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('later' as const), hours: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: versions(MORE).map((trees) => ({ kind: 'reload' as const, trees })) },
);

/** Between room for hardly anything and room for all. */
const limits = fc.record({
  leaves: fc.integer({ min: 0, max: 12 }),
  policyOctets: fc.constantFrom(10_000, 20_000, 1_000_000),
  octets: fc.constantFrom(10_000, 20_000, 1_000_000),
});

/** A query that has no answer yet, and what would be right. */
interface Pending {
  readonly ask: TreeAsk;
  readonly trees: Trees | undefined;
  readonly answer: () => string | undefined;
  readonly right: Set<string>;
}

for (const [title, isHeld] of [
  ['Every answer is what the policy decides at that moment', false],
  ['Every answer is what the policy decided while its query waited', true],
] as const) {
  test(`${title}: through reloads, evictions, changes of health and time`, () => {
    fc.assert(
      fc.property(
        versions(MORE),
        fc.array(events, { minLength: 20, maxLength: 80 }),
        limits,
        (first, history, memory) => {
          const world = new TreeWorld({ memory });
          const { server } = world;
          server.sandbox.isHeld = isHeld;
          world.put(first);
          let pending: Pending[] = [];
          const settle = (): void => {
            for (const { right, answer, ask } of pending) {
              const given = answer();
              if (given !== undefined)
                assert.ok(right.has(given), `${JSON.stringify(ask)}: ${given}, not ${[...right].join()}`);
            }
            pending = pending.filter(({ answer }) => answer() === undefined);
            for (const { right, ask, trees: version } of pending)
              right.add(world.oracle(ask, version).answer);
            assert.ok(server.memory.octets <= memory.octets, `${server.memory.octets} octets`);
          };
          for (const event of history) {
            if (event.kind === 'ask') {
              const { ask } = event;
              const right = new Set([world.oracle(ask).answer]);
              pending.push({ ask, right, trees: world.trees, ...world.send(ask) });
            } else if (event.kind === 'decide') {
              for (let count = 0; count < event.count && server.sandbox.held > 0; count += 1)
                server.sandbox.release();
            } else if (event.kind === 'health') world.setHealth(event.target, event.state);
            else if (event.kind === 'later') world.now += event.hours * 3_600_000;
            else world.put(event.trees);
            settle();
          }
          while (server.sandbox.held > 0) server.sandbox.release();
          settle();
          assert.equal(server.responder.waiting, 0);
          assert.deepEqual(pending, []);
          assert.deepEqual([server.contradictions, server.fallbacks], [[], []]);
        },
      ),
      { numRuns: 300 },
    );
  });
}

const ROOM = { leaves: 10_000, policyOctets: 10_000_000, octets: 10_000_000 };

test('Queries on one path that come together ask once, and those on others are not kept from asking', () => {
  fc.assert(
    fc.property(versions(), fc.array(asks, { minLength: 1, maxLength: 40 }), (first, crowd) => {
      const world = new TreeWorld({ memory: ROOM });
      const { sandbox } = world.server;
      sandbox.isHeld = true;
      world.put(first);
      const sent = crowd.map((ask) => world.send(ask));
      while (sandbox.held > 0) sandbox.release();
      const paths = new Set(crowd.map((ask) => `${ask.host} ${world.oracle(ask).path}`));
      assert.equal(sandbox.asked.length, paths.size);
      assert.deepEqual(
        sent.map(({ answer }) => answer()),
        crowd.map((ask) => world.oracle(ask).answer),
      );
    }),
    { numRuns: 300 },
  );
});

test('What cannot be remembered is asked for by each query, and none waits for more than one other', () => {
  fc.assert(
    fc.property(fc.array(asks, { minLength: 1, maxLength: 40 }), (crowd) => {
      const world = new TreeWorld({ memory: ROOM });
      const { sandbox } = world.server;
      sandbox.isHeld = true;
      const tree = { fact: 'client.ip', branches: [{ leaf: 1 }, { leaf: 2 }, { leaf: 3 }] };
      world.put({ a: tree, b: tree, '*.w': tree });
      const sent = crowd.map((ask) => world.send(ask));
      const hosts = new Set(crowd.map(({ host }) => host)).size;
      assert.equal(sandbox.held, hosts);
      for (let count = 0; count < hosts; count += 1) sandbox.release();
      assert.equal(sandbox.held, crowd.length - hosts, 'all the others at once');
      while (sandbox.held > 0) sandbox.release();
      assert.equal(sandbox.asked.length, crowd.length);
      assert.deepEqual(
        sent.map(({ answer }) => answer()),
        crowd.map((ask) => world.oracle(ask).answer),
      );
      for (const ask of crowd) world.send(ask);
      assert.equal(sandbox.held, crowd.length, 'and from then on nobody waits for anybody');
    }),
    { numRuns: 50 },
  );
});
