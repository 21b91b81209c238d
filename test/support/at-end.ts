/**
 * What a test undoes when it ends, last first: what was opened in a folder closes before the folder goes.
 * Hooks of `node:test` run in the order in which they were added.
 */
import type { TestContext } from 'node:test';

const pending = new WeakMap<object, (() => unknown)[]>();

export function atEnd(context: Pick<TestContext, 'after'>, undo: () => unknown): void {
  const undone = pending.get(context) ?? [];
  if (undone.push(undo) > 1) return;
  pending.set(context, undone);
  context.after(() => undoAll(undone));
}

/** One that fails keeps none of the others from their turn. */
async function undoAll(undone: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let undo = undone.pop(); undo !== undefined; undo = undone.pop())
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
}
