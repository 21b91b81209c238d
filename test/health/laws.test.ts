/**
 * The law of checks: with any set of checks whose servers stall, flap, answer late or never end, every verdict on
 * another owner's targets comes as if its checks were alone, but for the spread of first runs.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HealthMonitor } from '../../runtime/health/monitor.ts';
import type { ProbeResult } from '../../runtime/health/probe.ts';
import type { Target } from '../../runtime/health/target.ts';
import { HandClock } from '../support/hand-clock.ts';

const BAD = ['stalls', 'flaps', 'is late', 'never ends'] as const;
type Bad = (typeof BAD)[number];

interface Hostile {
  /** Kinds of its targets. */
  readonly targets: readonly Bad[];
  /** When it comes, in milliseconds, and whether it also declares what the good owner declares. */
  readonly at: number;
  readonly shares: boolean;
}

const DURATION_MS = 60_000;
const CAPACITY = 16;
/** The spread of first runs, and a probe of the good owner's own that one of his others waits for. */
const LATE_MS = 1500 + 200;

function target(id: string, intervalMs: number, timeoutMs: number): Target {
  return { id, type: 'tcp', address: '192.0.2.1', port: 80, intervalMs, timeoutMs, rise: 2, fall: 2 };
}

/** When the states of the good owner's targets change: `good 0 down` → milliseconds. */
async function changesOfGood(scripts: readonly (readonly boolean[])[], hostile: readonly Hostile[]) {
  const clock = new HandClock();
  const good = scripts.map((_, index) => target(`good ${index}`, 4000, 2000));
  const runs = new Map<string, number>();
  const after = (ms: number, ok: boolean): Promise<ProbeResult> =>
    new Promise((resolve) => {
      const result = ok ? ({ ok: true } as const) : ({ ok: false, problem: 'it is down' } as const);
      clock.after(ms, () => resolve({ ...result, elapsedMs: ms }));
    });
  const probe = ({ id, timeoutMs }: Target): Promise<ProbeResult> => {
    const [kind = '', index = ''] = id.split(' ', 2);
    const run = runs.get(id) ?? 0;
    if (kind === 'good')
      return after(100, scripts[Number(index)]?.[run] ?? true).finally(() => runs.set(id, run + 1));
    runs.set(id, run + 1);
    if (id.endsWith('never ends')) return new Promise(() => {});
    if (id.endsWith('flaps')) return after(0, run % 2 === 0);
    return after(timeoutMs - 1, id.endsWith('is late'));
  };
  const monitor = new HealthMonitor({ probe, clock, random: () => 0.5, capacity: CAPACITY });
  const changes: { readonly change: string; readonly at: number }[] = [];
  monitor.onChange(({ id, state }) => {
    if (id.startsWith('good') && state !== 'unknown')
      changes.push({ change: `${id} ${state}`, at: clock.now() });
  });
  for (const [index, { targets, at, shares }] of hostile.entries()) {
    const own = targets.map((kind, number) => target(`hostile ${index}.${number} ${kind}`, 4000, 3999));
    clock.after(at, () => monitor.declare(`hostile ${index}`, shares ? [...own, ...good] : own));
  }
  clock.after(1, () => monitor.declare('good', good));
  await clock.advance(DURATION_MS);
  monitor.stop();
  return good.map(({ id }) => changes.filter(({ change }) => change.startsWith(`${id} `)));
}

const hostiles = fc.array(
  fc.record({
    targets: fc.array(fc.constantFrom(...BAD), { minLength: 1, maxLength: 60 }),
    at: fc.integer({ min: 0, max: 20_000 }),
    shares: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);
const scripts = fc.array(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), {
  minLength: 1,
  maxLength: 3,
});

test('Every verdict on an owner’s targets comes as if his checks were alone', async () => {
  await fc.assert(
    fc.asyncProperty(scripts, hostiles, async (results, hostile) => {
      const alone = await changesOfGood(results, []);
      const among = await changesOfGood(results, hostile);
      for (const [index, expected] of alone.entries()) {
        const seen = among[index] ?? [];
        assert.deepEqual(
          seen.map(({ change }) => change),
          expected.map(({ change }) => change),
        );
        for (const [number, { change, at }] of expected.entries())
          assert.ok(
            Math.abs((seen[number]?.at ?? 0) - at) <= LATE_MS,
            `${change}: ${at}, ${seen[number]?.at}`,
          );
      }
    }),
    { numRuns: 12 },
  );
});
