/** When tasks run, on a clock turned by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Schedule } from '../../runtime/health/schedule/schedule.ts';
import { HandClock, settled } from '../support/hand-clock.ts';

/** In the middle of the jitter: none. */
const steady = () => 0.5;

/** A task that ends when it is told to, and notes when it began. */
class Job {
  readonly starts: number[] = [];
  signal = new AbortController().signal;
  readonly #clock: HandClock;
  #finish: () => void = () => {};

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  readonly task = (signal: AbortSignal): Promise<void> => {
    this.starts.push(this.#clock.now());
    this.signal = signal;
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  };

  async finish(): Promise<void> {
    this.#finish();
    await settled();
  }
}

test('A task runs at once, and then an interval after its last start, however long it took', async () => {
  const clock = new HandClock();
  const job = new Job(clock);
  new Schedule({ clock, random: steady }).add(10_000, job.task);
  await clock.advance(3000);
  await job.finish();
  await clock.advance(7000);
  await clock.advance(1);
  await job.finish();
  await clock.advance(20_000);
  assert.deepEqual(job.starts, [0, 10_000, 20_000]);
});

test('A task that takes longer than its interval never overlaps itself, and runs again as it ends', async () => {
  const clock = new HandClock();
  const job = new Job(clock);
  new Schedule({ clock, random: steady }).add(1000, job.task);
  await clock.advance(2500);
  assert.deepEqual(job.starts, [0]);
  await job.finish();
  await clock.advance(0);
  assert.deepEqual(job.starts, [0, 2500]);
});

test('Intervals vary by a tenth up and down', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
      const clock = new HandClock();
      const starts: number[] = [];
      new Schedule({ clock, random: () => random }).add(10_000, async () => starts.push(clock.now()));
      await clock.advance(11_020);
      const [first, second = 0] = starts;
      assert.equal(first, 0);
      const late = second - (9000 + 2000 * random);
      // Tasks wait on a wheel that turns in steps.
      assert.ok(late > -1e-6 && late <= 20, `${second}`);
    }),
    { numRuns: 200 },
  );
});

test('No more tasks than the capacity are in flight; the others wait in line', async () => {
  const clock = new HandClock();
  const schedule = new Schedule({ clock, random: steady, capacity: 2 });
  const jobs = Array.from({ length: 5 }, () => new Job(clock));
  for (const job of jobs) schedule.add(10_000, job.task);
  const started = () => jobs.map(({ starts }) => starts.length);
  assert.deepEqual(started(), [1, 1, 0, 0, 0]);
  await jobs[1]?.finish();
  assert.deepEqual(started(), [1, 1, 1, 0, 0]);
  await jobs[0]?.finish();
  await jobs[2]?.finish();
  assert.deepEqual(started(), [1, 1, 1, 1, 1]);
});

test('Of many that come together few begin at once, and the others within one and a half seconds', async () => {
  const clock = new HandClock();
  const schedule = new Schedule({ clock, random: steady });
  const starts: number[] = [];
  for (let index = 0; index < 200; index++) schedule.add(10_000, async () => starts.push(clock.now()));
  await clock.advance(2000);
  assert.equal(starts.length, 200);
  assert.ok(starts.filter((at) => at <= 100).length <= 25, 'no burst');
  assert.ok(Math.max(...starts) >= 1000 && Math.max(...starts) <= 1500, `${Math.max(...starts)}`);
});

test('Who has fewer in flight takes the place of the youngest of who has more, which waits in line again', async () => {
  const clock = new HandClock();
  const schedule = new Schedule({ clock, random: steady, capacity: 3 });
  const greedy = Array.from({ length: 4 }, () => new Job(clock));
  for (const job of greedy) schedule.add(10_000, job.task, new Set(['greedy']));
  const modest = new Job(clock);
  schedule.add(10_000, modest.task, new Set(['modest']));
  assert.equal(modest.starts.length, 1);
  assert.deepEqual(
    greedy.map(({ signal, starts }) => [starts.length, signal.aborted]),
    [
      [1, false],
      [1, false],
      [1, true],
      [0, false],
    ],
  );
  await modest.finish();
  assert.equal(greedy[3]?.starts.length, 1);
  await greedy[0]?.finish();
  assert.equal(greedy[2]?.starts.length, 2);
});

test('What a modest owner shares with a greedy one does not wait in the line of the greedy one', async () => {
  const clock = new HandClock();
  const schedule = new Schedule({ clock, random: steady, capacity: 2 });
  for (let index = 0; index < 4; index++) schedule.add(1000, new Job(clock).task, new Set(['greedy']));
  const shared = new Job(clock);
  const task = schedule.add(1000, shared.task, new Set(['greedy']));
  assert.equal(shared.starts.length, 0);
  schedule.setOwners(task, new Set(['greedy', 'modest']));
  assert.equal(shared.starts.length, 1);
});

test('A task that is ended in flight is told, and does not run again', async () => {
  const clock = new HandClock();
  const job = new Job(clock);
  const schedule = new Schedule({ clock, random: steady });
  const task = schedule.add(1000, job.task);
  assert.equal(job.signal.aborted, false);
  schedule.end(task);
  assert.equal(job.signal.aborted, true);
  await job.finish();
  await clock.advance(5000);
  assert.deepEqual(job.starts, [0]);
  assert.equal(clock.pending, 0);
});

test('A task that is ended between two runs, or in line, leaves nothing behind', async () => {
  const clock = new HandClock();
  const schedule = new Schedule({ clock, random: steady, capacity: 1 });
  const [resting, busy, waiting] = [new Job(clock), new Job(clock), new Job(clock)];
  const restingTask = schedule.add(1000, resting.task);
  await resting.finish();
  schedule.add(1000, busy.task);
  const waitingTask = schedule.add(1000, waiting.task);
  schedule.end(restingTask);
  schedule.end(waitingTask);
  await busy.finish();
  await clock.advance(500);
  assert.deepEqual([resting.starts.length, busy.starts.length, waiting.starts.length], [1, 1, 0]);
  assert.equal(clock.pending, 1);
});
