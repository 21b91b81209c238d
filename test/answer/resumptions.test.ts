/** Queries that waited and are told all at once: in which turn of the loop they are answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Resumptions, ToldQueries } from '../../runtime/answer/resumptions.ts';

/** Milliseconds that one takes, by the clock on the wall. */
const EACH_MS = 0.4;

function busy(): void {
  for (const until = performance.now() + EACH_MS; performance.now() < until; );
}

test('Thousands that are told in one turn are answered in many, in the order they were told', async () => {
  const resumptions = new Resumptions(1);
  const told = new ToldQueries();
  const answered: { readonly index: number; readonly turn: number }[] = [];
  let turn = 0;
  for (let index = 0; index < 50; index += 1) {
    resumptions.add(told, () => {
      busy();
      answered.push({ index, turn });
    });
  }
  for (; answered.length < 50; turn += 1) await nextTurn();
  assert.deepEqual(
    answered.map(({ index }) => index),
    [...Array(50).keys()],
  );
  const perTurn = Map.groupBy(answered, (one) => one.turn);
  // Two slices, where another turn began unseen between two looks of this test.
  for (const [when, those] of perTurn) assert.ok(those.length <= 6, `${those.length} in turn ${when}`);
});

test('One that is alone is answered before those who told it go on, and what it causes after it', () => {
  const resumptions = new Resumptions(1000);
  const told = new ToldQueries();
  const done: string[] = [];
  resumptions.add(told, () => {
    resumptions.add(told, () => done.push('caused'));
    done.push('first');
  });
  assert.deepEqual(done, ['first', 'caused']);
});

test('Who is told one query is answered next, however many another policy is told', async () => {
  const resumptions = new Resumptions(1);
  const [flood, innocent] = [new ToldQueries(), new ToldQueries()];
  const answered: string[] = [];
  for (let index = 0; index < 50; index += 1) {
    resumptions.add(flood, () => {
      busy();
      answered.push('flood');
    });
  }
  const before = answered.length;
  resumptions.add(innocent, () => answered.push('innocent'));
  while (answered.length < 51) await nextTurn();
  assert.ok(before < 50, 'the flood is answered in several turns');
  assert.ok(answered.indexOf('innocent') <= before + 1, `${answered.indexOf('innocent')} after ${before}`);
});
