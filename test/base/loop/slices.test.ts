/** Long work lets others have their turn, is done in the order it came, and comes to what it comes to at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foreignWork } from '../../../runtime/base/loop/foreign-work.ts';
import { Slices } from '../../../runtime/base/loop/slices.ts';
import { atOnce, type Steps } from '../../../runtime/base/loop/steps.ts';

const WORK = foreignWork({ name: 'a test', cause: 'control', kind: 'sliced', milliseconds: 1, octets: 0 });

function* counted(steps: number, done: () => void): Steps<number> {
  for (let step = 0; step < steps; step += 1) {
    done();
    yield;
  }
  return steps;
}

function compute(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

test('Pieces are done one after the other, and each comes to what it is worth', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 20 }), async (pieces) => {
      const slices = new Slices(WORK);
      const order: number[] = [];
      const all = pieces.map((steps, index) =>
        slices.run(
          '',
          counted(steps, () => order.push(index)),
        ),
      );
      assert.deepEqual(await Promise.all(all), pieces);
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        pieces.map((steps) => atOnce(counted(steps, () => {}))),
        pieces,
      );
    }),
    { numRuns: 50 },
  );
});

test('In one turn of the loop there is time for a few steps, however many pieces there are', async () => {
  const slices = new Slices(WORK);
  const turns = () => performance.nodeTiming.uvMetricsInfo.loopCount;
  const perTurn = new Map<number, number>();
  const step = (): void => {
    perTurn.set(turns(), (perTurn.get(turns()) ?? 0) + 1);
    compute(0.4);
  };
  await Promise.all(Array.from({ length: 20 }, () => slices.run('', counted(5, step))));
  assert.equal(
    [...perTurn.values()].reduce((sum, steps) => sum + steps, 0),
    100,
  );
  // Three that take 0.4 ms pass a millisecond; the next is for another turn.
  assert.ok(Math.max(...perTurn.values()) <= 3, JSON.stringify([...perTurn.values()]));
});

test('What fails is told to whoever asked, and the next piece is done all the same', async () => {
  const slices = new Slices(WORK);
  const failing = slices.run(
    '',
    (function* (): Steps<never> {
      yield;
      throw new Error('no');
    })(),
  );
  const sound = slices.run(
    '',
    counted(2, () => {}),
  );
  await assert.rejects(failing, /no/);
  assert.equal(await sound, 2);
});
