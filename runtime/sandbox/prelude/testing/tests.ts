/** The tests that a file declares. */
import { type DeclaredTests, MOST_TEST_NAME, MOST_TESTS } from '../../../rpc/test-talk.ts';
import { hasOwn, isArray } from '../primordials.ts';
import { shown } from './shown.ts';

interface DeclaredTest {
  readonly name: string;
  readonly isSkipped: boolean;
  readonly body: () => unknown;
}

const all: DeclaredTest[] = [];

export function declaredTests(): DeclaredTests {
  return { tests: all.map(({ name, isSkipped }) => ({ name, isSkipped })) };
}

export function bodyOf(index: number): () => unknown {
  return all[index]?.body ?? NOTHING;
}

export const test = Object.assign(
  (name: unknown, body: unknown): void => declare(name, body as () => unknown, false),
  {
    skip: (name: unknown, body: unknown = NOTHING): void => declare(name, body as () => unknown, true),
    each:
      (rows: unknown) =>
      (name: unknown, body: unknown): void => {
        if (!isArray(rows))
          throw new TypeError('test.each: Must be given an array, of one row for each test');
        if (typeof body !== 'function')
          throw new TypeError(`Test ${shown(name)} has no function as its body`);
        for (const [at, row] of rows.entries())
          declare(rowName(String(name), row, at), () => (body as (row: unknown) => unknown)(row), false);
      },
  },
);

function declare(name: unknown, body: () => unknown, isSkipped: boolean): void {
  if (typeof name !== 'string' || name === '')
    throw new TypeError('test: The first argument must be its name');
  if (typeof body !== 'function') throw new TypeError(`Test ${shown(name)} has no function as its body`);
  if (all.length === MOST_TESTS) throw new RangeError(`A file may declare ${MOST_TESTS} tests`);
  all.push({ name: name.slice(0, MOST_TEST_NAME), isSkipped, body });
}

function NOTHING(): void {}

/** The name of the test for a row. */
function rowName(name: string, row: unknown, at: number): string {
  const items = isArray(row) ? [...row] : [row];
  let used = false;
  const filled = name.replace(/%s|\$(\w+)/g, (written: string, key?: string) => {
    if (key === undefined) {
      if (items.length === 0) return written;
      used = true;
      return plain(items.shift());
    }
    if (typeof row !== 'object' || row === null || !hasOwn(row, key)) return written;
    used = true;
    return plain((row as Record<string, unknown>)[key]);
  });
  return used ? filled : `${name} #${at + 1}`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}
