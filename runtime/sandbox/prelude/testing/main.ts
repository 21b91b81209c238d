/**
 * The module `dnsteer/test` as a test file imports it, and the two functions by which the host reaches the tests. It is
 * bundled into the script of each test file, and runs inside its isolate; rpc/test-talk.ts says what crosses.
 */
import type { ToldAnswer } from '../../../rpc/test-talk.ts';
import { describeThrown, type Thrown } from '../describe.ts';
import { defineProperty, parse, stringify } from '../primordials.ts';
import { begin, look, settle } from './running.ts';
import { declaredTests } from './tests.ts';

export { ask, distribution, zone } from './asks.ts';
export { expect } from './expect.ts';
export { log } from './log.ts';
export { test } from './tests.ts';

/** Connects a test file, which has declared its tests by now, to the host. */
export function install(): void {
  const declared = stringify(declaredTests());
  provide('__dnsteer_manifest', () => declared);
  provide('__dnsteer_run', (line = ''): string => {
    const parts = line.split('\t');
    try {
      return stringify({ plan: obey(parts[0], parts[1], parts[2]), reads: [], impure: [] });
    } catch (thrown) {
      const error: Thrown = describeThrown(thrown);
      return stringify({ error });
    }
  });
}

function obey(command = '', index = '', answers = '[]'): object {
  if (command === 'begin') begin(Number(index));
  else if (command === 'go') settle(parse(answers) as ToldAnswer[]);
  else return look();
  return {};
}

function provide(name: string, value: (...args: string[]) => string): void {
  defineProperty(globalThis, name, { value });
}
