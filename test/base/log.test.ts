/** One line per event: JSON where a machine reads, plain words where a person does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogOptions, type LogStream } from '../../runtime/base/log.ts';
import { printable } from '../../runtime/base/printable.ts';

function capture(
  options: Partial<LogOptions>,
  isTTY = false,
): { log: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  const stream: LogStream = { isTTY, write: (line) => lines.push(line) };
  return { log: createLogger({ level: 'info', format: 'auto', ...options }, stream), lines };
}

test('A machine gets JSON with level name, ISO time, component and message', () => {
  const { log, lines } = capture({});
  log.child({ component: 'health' }).warn({ pool: 'us' }, 'Pool is down');
  const line: unknown = JSON.parse(lines[0] ?? '');
  const { time, ...rest } = line as Record<string, unknown>;
  assert.deepEqual(rest, { level: 'warn', component: 'health', pool: 'us', msg: 'Pool is down' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
});

test('A terminal gets a readable line', () => {
  const { log, lines } = capture({}, true);
  log.child({ component: 'health' }).warn({ pool: 'us' }, 'Pool is down');
  assert.match(lines[0] ?? '', /WARN.*health: Pool is down/);
});

test('The format can be forced either way', () => {
  const json = capture({ format: 'json' }, true);
  json.log.info('Hello');
  assert.doesNotThrow(() => JSON.parse(json.lines[0] ?? ''));
  const pretty = capture({ format: 'pretty' }, false);
  pretty.log.info('Hello');
  assert.match(pretty.lines[0] ?? '', /^\[\d\d:\d\d:\d\d\] INFO: Hello/);
});

test('Colour is for terminals only', () => {
  const { log, lines } = capture({ format: 'pretty' }, false);
  log.error('Oops');
  assert.equal(lines[0]?.includes('\u001b['), false);
});

test('Lines below the level are not written', () => {
  const { log, lines } = capture({ level: 'warn' });
  log.info('Hidden');
  log.error('Shown');
  assert.equal(lines.length, 1);
});

test('An error keeps its message and stack', () => {
  const { log, lines } = capture({});
  log.error(new Error('Broken'));
  const line = JSON.parse(lines[0] ?? '') as { err: { message: string; stack: string } };
  assert.equal(line.err.message, 'Broken');
  assert.match(line.err.stack, /log\.test\.ts/);
});

const EVIL = 'x\u202e\r\u0085\u2028\u009b2J\n[15:00:00] ERROR: forged';

test('JSON lines are one line each, with nothing in them that a terminal would obey, and say what was said', () => {
  const { log, lines } = capture({ format: 'json' });
  log.warn({ [EVIL]: EVIL, list: [EVIL] }, EVIL);
  assert.equal(lines.length, 1);
  const [line = ''] = lines;
  assert.equal(printable(line), line);
  assert.deepEqual(line.match(/\n/g), ['\n'], 'at its end');
  const said = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual([said.msg, said[EVIL], said.list], [EVIL, EVIL, [EVIL]]);
});

test('In readable lines nothing looks like another line', () => {
  const { log, lines } = capture({ format: 'pretty' });
  log.warn({ component: EVIL, text: EVIL, list: [EVIL] }, EVIL);
  const shown = lines.join('');
  assert.equal(printable(shown), shown);
  const begun = shown
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('  '));
  assert.equal(begun.length, 1, shown);
});
