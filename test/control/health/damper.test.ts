/** Targets that flap are held back when they come up, until they are quiet; whoever goes down goes down at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Damper } from '../../../runtime/control/health/damper.ts';
import type { StateChange } from '../../../runtime/health/health-listeners.ts';
import { HandClock } from '../../support/hand-clock.ts';

const MINUTE = 60_000;

/** Three changes in ten minutes pass; twenty minutes are quiet. */
function damped(changes = 3) {
  const clock = new HandClock();
  const told: string[] = [];
  const held: string[] = [];
  const damper = new Damper({
    settings: () => ({ changes, windowMs: 10 * MINUTE, quietMs: 20 * MINUTE }),
    clock,
    tell: ({ id }, state) => told.push(`${id} ${state}`),
    onHeld: (id, isHeld) => held.push(`${id} ${isHeld}`),
  });
  const note = (state: StateChange['state'], id = 'a', isRecalled = false, isPart = false): void => {
    const flags = { ...(isRecalled && { isRecalled }), ...(isPart && { isPart }) };
    damper.note({ id, state, problem: undefined, owner: 'example.com', ...flags });
  };
  /** What was told since the last time. */
  const news = (): string[] => told.splice(0);
  return { clock, note, news, held, damper };
}

test('As many changes as are allowed pass as they come', () => {
  const { note, news, held } = damped();
  note('down');
  note('up');
  note('down');
  assert.deepEqual(news(), ['a down', 'a up', 'a down']);
  assert.deepEqual(held, []);
});

test('After more, to come up is held back until there was no change for long enough', async () => {
  const { clock, note, news, held } = damped();
  for (const state of ['down', 'up', 'down', 'up'] as const) note(state);
  assert.deepEqual(news(), ['a down', 'a up', 'a down', 'a held']);
  assert.deepEqual(held, ['a true']);
  await clock.advance(19 * MINUTE);
  assert.deepEqual(news(), []);
  await clock.advance(MINUTE);
  assert.deepEqual(news(), ['a up']);
  assert.deepEqual(held, ['a true', 'a false']);
  note('down');
  note('up');
  assert.deepEqual(news(), ['a down', 'a up'], 'what was before is forgotten');
});

test('It tells who is held back, since when, and until when if it is quiet; one that is down as well', async () => {
  const { clock, note, damper } = damped();
  const began = clock.now();
  for (const state of ['down', 'up', 'down'] as const) note(state);
  assert.equal(damper.held().size, 0);
  await clock.advance(MINUTE);
  note('up');
  const until = began + 21 * MINUTE;
  assert.deepEqual([...damper.held()], [['a', { since: began + MINUTE, until }]]);
  await clock.advance(5 * MINUTE);
  note('down');
  assert.deepEqual([...damper.held()], [['a', { since: began + MINUTE, until: until + 5 * MINUTE }]]);
  await clock.advance(20 * MINUTE);
  assert.equal(damper.held().size, 0);
});

test('To go down always passes, and begins the quiet anew', async () => {
  const { clock, note, news } = damped();
  for (const state of ['down', 'up', 'down', 'up'] as const) note(state);
  await clock.advance(15 * MINUTE);
  note('down');
  await clock.advance(15 * MINUTE);
  note('up');
  await clock.advance(15 * MINUTE);
  assert.deepEqual(news(), ['a down', 'a up', 'a down', 'a held', 'a down', 'a held']);
  await clock.advance(5 * MINUTE);
  assert.deepEqual(news(), ['a up']);
});

test('One that is quiet while it is down comes up at once afterwards', async () => {
  const { clock, note, news, held } = damped();
  for (const state of ['down', 'up', 'down', 'up', 'down'] as const) note(state);
  news();
  await clock.advance(20 * MINUTE);
  assert.deepEqual([news(), held], [[], ['a true', 'a false']]);
  note('up');
  assert.deepEqual(news(), ['a up']);
});

test('Changes that are further apart than the window are none too many', async () => {
  const { clock, note, news } = damped();
  for (const state of ['down', 'up', 'down', 'up', 'down', 'up'] as const) {
    note(state);
    await clock.advance(4 * MINUTE);
  }
  assert.deepEqual(news(), ['a down', 'a up', 'a down', 'a up', 'a down', 'a up']);
});

test('What is recalled, not known yet, or probed no more is no change', () => {
  const { clock, note, news } = damped(1);
  note('unknown');
  note('down', 'a', true);
  note('up', 'a', true);
  note('down');
  note('gone');
  assert.equal(clock.pending, 0, 'nothing is kept of it');
  note('down');
  assert.deepEqual(news(), ['a unknown', 'a down', 'a up', 'a down', 'a gone', 'a down']);
});

test('The first state that is known is no change', () => {
  const { note, news } = damped(1);
  for (const state of ['unknown', 'up', 'down', 'up'] as const) note(state);
  assert.deepEqual(news(), ['a unknown', 'a up', 'a down', 'a held']);
});

test('Without damping all changes pass, and each target is counted for itself', () => {
  const off = damped(0);
  for (let left = 50; left > 0; left--) off.note(left % 2 === 0 ? 'down' : 'up');
  assert.ok(off.news().every((line) => line !== 'a held'));
  assert.equal(off.clock.pending, 0);
  const two = damped();
  for (const state of ['down', 'up', 'down'] as const) for (const id of ['a', 'b']) two.note(state, id);
  assert.ok(!two.news().join().includes('held'));
});

test('Law: what is down is told to be down, and what is up is told to be up once it is quiet', async () => {
  const event = fc.record({ id: fc.constantFrom('a', 'b'), waitMs: fc.nat(8 * MINUTE) });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      const { clock, note, news } = damped();
      const real = new Map<string, 'up' | 'down'>();
      const seen = new Map<string, string>();
      const look = (): void => {
        for (const line of news()) seen.set(line.slice(0, 1), line.slice(2));
        for (const [id, state] of real) if (state === 'down') assert.equal(seen.get(id), 'down');
      };
      for (const { id, waitMs } of events) {
        const next = real.get(id) === 'down' ? 'up' : 'down';
        real.set(id, next);
        note(next, id);
        look();
        await clock.advance(waitMs);
        look();
      }
      await clock.advance(20 * MINUTE);
      look();
      for (const [id, state] of real) assert.equal(seen.get(id), state);
      assert.equal(clock.pending, 0);
    }),
    { numRuns: 40 },
  );
});

test('What is only a part of a combination is told to nobody, and is no change', () => {
  const { note, news, held } = damped(1);
  for (const state of ['up', 'down', 'up', 'down'] as const) note(state, 'a', false, true);
  assert.deepEqual(news(), []);
  note('down', 'all(a; b)');
  note('up', 'all(a; b)');
  assert.deepEqual(news(), ['all(a; b) down', 'all(a; b) held']);
  assert.deepEqual(held, ['all(a; b) true']);
});
