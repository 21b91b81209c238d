/** How often control is told of fallbacks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FallbackLog } from '../../../runtime/answer/counting/fallback-log.ts';
import type { FallbackReason } from '../../../runtime/rpc/fallback.ts';

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

test('Of many zones that fall back at once few are told of in a second, each in turn, with all there were', () => {
  const zones = Array.from({ length: 200 }, (_, index) => `z${index}.example`);
  const notes = Array.from({ length: 20 }, (_, at) =>
    zones.map((zone) => [500 * at, zone, 'throw'] as const),
  ).flat();
  const lines = told(notes);
  for (let second = 0; second < 10; second += 1) {
    const pattern = new RegExp(`^at (${second}000|${second === 0 ? '' : second}500) `);
    assert.ok(lines.filter((line) => pattern.test(line)).length <= 64);
  }
  assert.equal(new Set(lines.map((line) => line.split(' ')[2])).size, zones.length);
  assert.ok(lines.includes('at 1000 z64.example throw 3'));
});

test('When it is over, each zone is told of every second again', () => {
  const crowd = Array.from({ length: 200 }, (_, index) => [0, `z${index}.example`, 'throw'] as const);
  const later = Array.from({ length: 30 }, (_, at) => [1000 * (at + 1), 'a.example', 'throw'] as const);
  const lines = told([...crowd, ...later]).filter((line) => line.includes(' a.example '));
  assert.deepEqual(
    lines.slice(-3),
    [28, 29, 30].map((at) => `at ${at}000 a.example throw 1`),
  );
});
