/** How much the log has of changes of health, however many there are. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { HealthLog } from '../../../runtime/control/health/health-log.ts';
import { atEnd } from '../../support/at-end.ts';

interface Line {
  readonly msg: string;
  readonly target?: string;
  readonly state?: string;
  readonly zone?: string;
  readonly ofZone?: number;
}

function logged() {
  const lines: Line[] = [];
  const stream = { write: (line: string) => lines.push(JSON.parse(line) as Line) };
  return { lines, log: new HealthLog(createLogger({ level: 'info', format: 'json' }, stream)) };
}

test('Few changes have a line each; that probes begin or end has none', () => {
  const { lines, log } = logged();
  for (const state of ['unknown', 'up', 'down', 'gone'] as const) {
    log.note({ id: 'tcp://192.0.2.1:80', state, problem: undefined, owner: 'a.example' });
  }
  assert.deepEqual(
    lines.map(({ msg, target, state }) => [msg, target, state]),
    [
      ['Health changed', 'tcp://192.0.2.1:80', 'up'],
      ['Health changed', 'tcp://192.0.2.1:80', 'down'],
    ],
  );
});

test('Of many the rest is a sum, every ten seconds, and then there are lines again', (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  atEnd(t, () => mock.timers.reset());
  const { lines, log } = logged();
  const change = (index: number): void =>
    log.note({
      id: `t${index}`,
      state: index % 4 === 0 ? 'up' : 'down',
      problem: 'Connection refused',
      owner: index % 3 === 0 ? 'small.example' : 'large.example',
    });
  for (let index = 0; index < 20_000; index += 1) change(index);
  assert.equal(lines.length, 20);
  mock.timers.tick(10_000);
  assert.equal(lines.length, 21);
  const { msg, zone, ofZone } = lines[20] ?? assert.fail();
  assert.equal(msg, 'Health changed: 19980 more changes in 10 s, 14985 down, 4995 up; most in large.example');
  assert.deepEqual([zone, ofZone], ['large.example', 13_320]);
  mock.timers.tick(30_000);
  change(1);
  assert.equal(lines.length, 22);
  assert.equal(lines[21]?.msg, 'Health changed');
});
