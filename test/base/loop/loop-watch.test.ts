/** The watch tells which turn of the loop took how much of the processor, and whose work it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignWork } from '../../../runtime/base/loop/foreign-work.ts';
import { LoopWatch, type Stall } from '../../../runtime/base/loop/loop-watch.ts';
import { atEnd } from '../../support/at-end.ts';

const work = (name: string) =>
  foreignWork({ name, cause: 'stranger', kind: 'metered', milliseconds: 1, octets: 1 });
const DATAGRAMS = work('datagrams');
const STREAMS = work('streams');

/** A watch whose time, processor time and turns go on by hand. */
function watched() {
  const at = { now: 0, waited: 0, cpuMicros: 0, turns: 0 };
  const stalls: Stall[] = [];
  const watch = new LoopWatch({
    now: () => at.now,
    activeMs: () => at.now - at.waited,
    cpuMicros: () => at.cpuMicros,
    turns: () => at.turns,
  });
  watch.start((stall) => stalls.push(stall));
  /** Computes for so long. */
  const compute = (milliseconds: number): void => {
    at.now += milliseconds;
    at.cpuMicros += 1000 * milliseconds;
  };
  const piece = (one: typeof DATAGRAMS, milliseconds: number, who?: string): void => {
    const isMarked = watch.begin(one);
    compute(milliseconds);
    if (isMarked) watch.end(who);
  };
  const turn = (): void => {
    at.turns += 1;
  };
  return { watch, at, stalls, compute, piece, turn };
}

test('A turn is all that is done until the next begins, marked or not', (t) => {
  const { watch, piece, turn, compute } = watched();
  atEnd(t, () => watch.stop());
  piece(DATAGRAMS, 2);
  compute(3);
  piece(STREAMS, 1);
  turn();
  piece(DATAGRAMS, 1);
  assert.equal(watch.stats().longestTurnSeconds, 0.006);
  assert.equal(watch.stats().stalls, 0);
});

test('What is no piece of work is spread over the turns it may have been in', (t) => {
  const { watch, piece, turn, compute } = watched();
  atEnd(t, () => watch.stop());
  piece(DATAGRAMS, 2);
  for (let turns = 0; turns < 4; turns += 1) {
    compute(6);
    turn();
  }
  piece(DATAGRAMS, 1);
  assert.equal(watch.stats().longestTurnSeconds, 0.008);
});

test('Time that the processor was elsewhere is none of the turn', (t) => {
  const { watch, at, piece, turn } = watched();
  atEnd(t, () => watch.stop());
  piece(DATAGRAMS, 1);
  at.now += 500;
  turn();
  piece(DATAGRAMS, 1);
  assert.equal(watch.stats().longestTurnSeconds, 0.001);
});

test('Short turns are measured together, however long the loop waits between them', (t) => {
  const { watch, at, stalls, piece, turn } = watched();
  atEnd(t, () => watch.stop());
  for (let turns = 0; turns < 1000; turns += 1) {
    piece(DATAGRAMS, 0.01);
    at.now += 3;
    at.waited += 3;
    turn();
  }
  const { counts, sum } = watch.stats().turnSeconds;
  const count = counts.reduce((total, each) => total + each);
  assert.ok(count > 0 && count < 100 && sum <= 0.01, `${count} in ${sum} s`);
  piece(STREAMS, 20);
  turn();
  piece(DATAGRAMS, 1);
  assert.equal(stalls[0]?.work, 'streams');
});

test('A stall names the kind of work that took most of it, and whom its longest piece was for', (t) => {
  const { watch, stalls, piece, turn } = watched();
  atEnd(t, () => watch.stop());
  piece(DATAGRAMS, 6, 'a.example');
  for (const who of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) piece(STREAMS, who.endsWith('2') ? 4 : 3, who);
  turn();
  piece(DATAGRAMS, 0);
  turn();
  piece(DATAGRAMS, 0);
  const { count, ...told } = stalls[0] ?? { count: 0 };
  assert.deepEqual(told, { work: 'streams', who: '192.0.2.2', cpuMs: 16 });
  assert.equal(count, 1);
});

test('A stall that nobody has declared is told all the same', (t) => {
  const { watch, stalls, piece, turn, compute } = watched();
  atEnd(t, () => watch.stop());
  piece(DATAGRAMS, 0);
  compute(40);
  turn();
  piece(DATAGRAMS, 0);
  assert.deepEqual(stalls, [{ cpuMs: 40, count: 1 }]);
});

test('After a stall parts of a piece say whom they are for, and the dearest is named', (t) => {
  const { watch, at, stalls, piece, turn, compute } = watched();
  atEnd(t, () => watch.stop());
  piece(DATAGRAMS, 20);
  turn();
  assert.equal(watch.isClose, false);
  piece(DATAGRAMS, 0);
  assert.equal(watch.isClose, true);
  at.now += 1000;
  watch.begin(DATAGRAMS);
  compute(1);
  watch.concern('cheap.example', 1);
  compute(30);
  watch.concern('dear.example', 30);
  watch.concern('cheap.example', 1);
  watch.end('unknown');
  turn();
  piece(DATAGRAMS, 0);
  assert.deepEqual(
    stalls.map(({ who }) => who),
    [undefined, 'dear.example'],
  );
  at.now += 20_000;
  watch.look();
  assert.equal(watch.isClose, false, 'until nothing was held up for a while');
});

test('Of many stalls in a second one is told, and the next tells of how many', (t) => {
  const { watch, at, stalls, piece, turn } = watched();
  atEnd(t, () => watch.stop());
  for (let count = 0; count < 11; count += 1) {
    piece(DATAGRAMS, 20);
    turn();
  }
  at.now += 1000;
  piece(DATAGRAMS, 0);
  assert.deepEqual(
    stalls.map(({ count }) => count),
    [1, 10],
  );
  assert.equal(watch.stats().stalls, 11);
});

test('A piece within another is part of it', (t) => {
  const { watch, stalls, piece, turn } = watched();
  atEnd(t, () => watch.stop());
  const isMarked = watch.begin(DATAGRAMS);
  piece(STREAMS, 20);
  if (isMarked) watch.end();
  turn();
  piece(DATAGRAMS, 0);
  assert.equal(stalls[0]?.work, 'datagrams');
});

test('How late its timer is, is told', (t) => {
  const { watch, at } = watched();
  atEnd(t, () => watch.stop());
  at.now += 20;
  watch.look();
  at.now += 100;
  watch.look();
  assert.equal(watch.stats().longestDelaySeconds, 0.08);
});

test('Real turns are told apart, and a real stall is seen', async (t) => {
  const watch = new LoopWatch();
  atEnd(t, () => watch.stop());
  const stalled = new Promise<Stall>((resolve) => watch.start(resolve));
  // A turn of its own: this one has begun before the watch.
  await new Promise((resolve) => setImmediate(resolve));
  const isMarked = watch.begin(STREAMS);
  const { user, system } = process.threadCpuUsage();
  const spent = (): number => {
    const now = process.threadCpuUsage();
    return now.user + now.system - user - system;
  };
  while (spent() < 20_000);
  if (isMarked) watch.end('192.0.2.1');
  const keep = setTimeout(() => {}, 10_000);
  const stall = await stalled;
  clearTimeout(keep);
  assert.equal(stall.work, 'streams');
  assert.ok(stall.cpuMs >= 20);
});
