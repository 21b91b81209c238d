/** Sums over answer processes never shrink, whichever of them end, hang or come back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Tally } from '../../runtime/admin/totals.ts';
import { fakeStats } from './fake-source.ts';

function queries(totals: ReturnType<Tally['update']>): number {
  return [...totals.queries.values()].reduce((total, { count }) => total + count, 0);
}

test('The counts of all processes are added', () => {
  const totals = new Tally().update([fakeStats(1, 30), fakeStats(2, 12)], new Set([1, 2]));
  assert.equal(queries(totals), 42);
  const zone = totals.zones.get('example.com');
  assert.equal(zone?.queries, 42);
  assert.equal(zone?.counts.runs, 20);
  assert.deepEqual(zone?.counts.fallbacks, { throw: 4, budget: 2 });
  assert.equal(totals.counts.steps.ignored, 8);
  assert.equal(
    totals.counts.steps.decisionSeconds.counts.reduce((total, count) => total + count),
    2,
  );
  assert.equal(totals.counts.sandbox.restarts, 2);
});

test('Queries for no zone of ours make no zone', () => {
  const stats = fakeStats(1, 5);
  const elsewhere = stats.queries.map((query) => ({ ...query, zone: '', rcode: 'REFUSED' }));
  const totals = new Tally().update([{ ...stats, queries: [...stats.queries, ...elsewhere] }], new Set([1]));
  assert.deepEqual([...totals.zones.keys()], ['example.com']);
  assert.equal(queries(totals), 10);
});

test('What a process counted outlives it', () => {
  const tally = new Tally();
  tally.update([fakeStats(1, 30)], new Set([1]));
  assert.equal(queries(tally.update([fakeStats(2, 1)], new Set([2]))), 31);
  assert.equal(queries(tally.update([fakeStats(2, 2)], new Set([2]))), 32);
});

test('A process that does not reply this time counts as before, and once only', () => {
  const tally = new Tally();
  tally.update([fakeStats(1, 30), fakeStats(2, 5)], new Set([1, 2]));
  assert.equal(queries(tally.update([fakeStats(2, 6)], new Set([1, 2]))), 36);
  assert.equal(queries(tally.update([fakeStats(1, 31), fakeStats(2, 6)], new Set([1, 2]))), 37);
});

test('The breaker is the worst of those that live', () => {
  const open = fakeStats(1, 0);
  const [zone] = open.zones;
  assert.ok(zone);
  const tally = new Tally();
  const one = { ...open, zones: [{ ...zone, breaker: 'open' as const }] };
  const breaker = (totals: ReturnType<Tally['update']>) => totals.zones.get('example.com')?.breaker;
  assert.equal(breaker(tally.update([fakeStats(2, 0), one, fakeStats(3, 0)], new Set([1, 2, 3]))), 'open');
  assert.equal(breaker(tally.update([fakeStats(2, 0)], new Set([2]))), 'closed');
});

test('Sums never shrink, whatever happens to the processes', () => {
  const step = fc.record({
    pid: fc.integer({ min: 1, max: 4 }),
    what: fc.constantFrom('count', 'silent', 'replace'),
    more: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const tally = new Tally();
      const counts = new Map([1, 2, 3, 4].map((pid) => [pid, 0]));
      let nextPid = 5;
      let before = 0;
      for (const { pid, what, more } of steps) {
        const chosen = [...counts.keys()][pid - 1] ?? 1;
        if (what === 'count') counts.set(chosen, (counts.get(chosen) ?? 0) + more);
        if (what === 'replace') {
          counts.delete(chosen);
          counts.set(nextPid++, 0);
        }
        const replying = [...counts].filter(([other]) => what !== 'silent' || other !== chosen);
        const now = queries(
          tally.update(
            replying.map(([id, count]) => fakeStats(id, count)),
            new Set(counts.keys()),
          ),
        );
        assert.ok(now >= before);
        before = now;
      }
    }),
  );
});

test('The end of the signatures of a process that has ended is not waited for', () => {
  const tally = new Tally();
  const ending = (pid: number, signaturesEnd: number) => {
    const stats = fakeStats(pid, 1);
    return { ...stats, zones: stats.zones.map((zone) => ({ ...zone, signaturesEnd })) };
  };
  const end = (totals: ReturnType<Tally['update']>) => totals.zones.get('example.com')?.counts.signaturesEnd;
  assert.equal(end(tally.update([ending(1, 500), ending(2, 900)], new Set([1, 2]))), 500);
  assert.equal(end(tally.update([ending(2, 900)], new Set([2]))), 900);
});
