/** How often control is told of fallbacks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FallbackLog } from '../../runtime/answer/fallback-log.ts';
import type { FallbackReason } from '../../runtime/rpc/control-protocol.ts';

/** Notes fallbacks at moments; what was told, as `zone reason count`. */
function told(notes: readonly (readonly [at: number, zone: string, reason: FallbackReason])[]): string[] {
  const lines: string[] = [];
  const log = new FallbackLog(({ zone, reason, message, count }) => {
    lines.push(`${message} ${zone} ${reason} ${count}`);
  });
  for (const [at, zone, reason] of notes) {
    log.note({ zone, reason }, at, () => ({
      zone,
      reason,
      message: `at ${at}`,
      version: '00000001',
      host: '@',
      name: zone,
      type: 'A',
    }));
  }
  return lines;
}

test('The first fallback is told at once', () => {
  assert.deepEqual(told([[5, 'a.example', 'throw']]), ['at 5 a.example throw 1']);
});

test('More of the same within a second are counted, and told with the next', () => {
  const moments = [0, 1, 2, 999, 1000, 1001, 1999, 2000, 9000];
  assert.deepEqual(told(moments.map((at) => [at, 'a.example', 'throw'])), [
    'at 0 a.example throw 1',
    'at 1000 a.example throw 4',
    'at 2000 a.example throw 3',
    'at 9000 a.example throw 1',
  ]);
});

test('Another zone or another reason is told of on its own', () => {
  assert.deepEqual(
    told([
      [0, 'a.example', 'throw'],
      [1, 'b.example', 'throw'],
      [2, 'a.example', 'budget'],
      [3, 'a.example', 'throw'],
    ]),
    ['at 0 a.example throw 1', 'at 1 b.example throw 1', 'at 2 a.example budget 1'],
  );
});
