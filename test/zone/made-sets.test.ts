/** What zones keep together, and who gives up theirs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_MADE_IN_ALL, memoryShareOf, note } from '../../runtime/zone/made-sets.ts';

class Keeper {
  given = 0;
  readonly share = memoryShareOf(this);

  giveUp(): void {
    this.given += 1;
  }
}

test('Those who have made none for the longest give up theirs, where there are too many of all together', () => {
  const part = MAX_MADE_IN_ALL / 4;
  const [first, second, third, fourth, fifth] = [1, 2, 3, 4, 5].map(() => new Keeper());
  assert.ok(first && second && third && fourth && fifth);
  for (const { share } of [first, second, third, fourth]) note(share, part);
  note(first.share, 0);
  note(fifth.share, 1);
  const all = [first, second, third, fourth, fifth];
  assert.deepEqual(
    all.map(({ given }) => given),
    [0, 1, 0, 0, 0],
  );
  assert.deepEqual(
    all.map(({ share }) => share.records),
    [part, 0, part, part, 1],
  );
  note(second.share, part);
  assert.deepEqual(
    all.map(({ given }) => given),
    [0, 1, 1, 0, 0],
  );
});
