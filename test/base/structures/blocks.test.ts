import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Blocks } from '../../../runtime/base/structures/blocks.ts';

suite('Blocks', () => {
  test('are used again, so many of them, and no two users have the same', () => {
    const blocks = new Blocks(100, 2);
    const taken = [blocks.take(), blocks.take(), blocks.take()];
    assert.equal(new Set(taken).size, 3);
    assert.ok(taken.every(({ length }) => length === 100));
    for (const block of taken) blocks.give(block);
    const again = [blocks.take(), blocks.take(), blocks.take()];
    assert.equal(new Set(again).size, 3);
    assert.equal(again.filter((block) => taken.includes(block)).length, 2);
  });
});
