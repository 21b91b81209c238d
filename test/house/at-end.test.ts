/** What tests undo is undone last first, and all of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atEnd } from '../support/at-end.ts';

const contextOf = () => {
  const hooks: (() => unknown)[] = [];
  return { hooks, after: (hook: unknown) => void hooks.push(hook as () => unknown) };
};

test('The last is undone first, each after the one before it has ended', async () => {
  const context = contextOf();
  const done: string[] = [];
  atEnd(context, () => done.push('folder'));
  atEnd(context, async () => {
    await new Promise(setImmediate);
    done.push('server');
  });
  assert.equal(context.hooks.length, 1);
  await context.hooks[0]?.();
  assert.deepEqual(done, ['server', 'folder']);
});

test('One that fails is told, and the others have their turn', async () => {
  const context = contextOf();
  const done: string[] = [];
  atEnd(context, () => done.push('folder'));
  atEnd(context, () => Promise.reject(new Error('does not stop')));
  await assert.rejects(async () => context.hooks[0]?.(), /does not stop/);
  assert.deepEqual(done, ['folder']);
});
