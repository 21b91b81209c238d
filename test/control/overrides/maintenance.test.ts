/** Windows of maintenance open and close in their time, and a file that is broken takes none away. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { Maintenance } from '../../../runtime/control/overrides/maintenance.ts';
import { Overrides } from '../../../runtime/control/overrides/overrides.ts';
import type { PoolOverride } from '../../../runtime/health/overrides/zone-overrides.ts';
import { World } from '../../answer/world.ts';
import { atEnd } from '../../support/at-end.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { until } from '../../support/until.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;

const windowAt = (from: string, more = '') =>
  `windows:\n  - { name: switch, pool: fra, from: ${from}, for: 1h, reason: new${more} }\n`;

async function setUp(context: TestContext, folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-windows-'))) {
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const clock = new HandClock();
  await clock.advance(NOON);
  const sent = new Map<string, readonly PoolOverride[]>();
  const events: string[] = [];
  const overrides = new Overrides({
    file: path.join(folder, 'state', 'overrides'),
    log,
    send: (zones) => {
      for (const { zone, pools } of zones) sent.set(zone, pools);
    },
    onEvent: ({ what, override }) => events.push(`${what} ${override.window} ${override.target}`),
    clock,
  });
  const { pools } = new World({
    fra: { records: { A: ['192.0.2.1'] } },
    iad: { records: { A: ['192.0.2.9'] } },
  });
  overrides.setZone('shop.example', pools);
  const maintenance = new Maintenance({
    overrides,
    copy: path.join(folder, 'state', 'maintenance'),
    log,
    clock,
  });
  atEnd(context, () => Promise.all([maintenance.stop(), overrides.stop()]));
  const file = path.join(folder, 'maintenance.yaml');
  const replace = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  return { folder, file, replace, maintenance, overrides, clock, sent, events, lines };
}

test('A window opens and closes by itself', async (context) => {
  const { file, replace, maintenance, overrides, clock, sent, events } = await setUp(context);
  replace(windowAt('2026-11-30T12:10Z', ', over: 20m'));
  maintenance.use(file);
  assert.equal(sent.size, 0);
  assert.deepEqual(maintenance.planned(), [
    {
      name: 'switch',
      kind: 'drain',
      targets: ['*/fra'],
      from: '2026-11-30T12:10:00.000Z',
      until: '2026-11-30T13:10:00.000Z',
      isOpen: false,
      reason: 'new',
    },
  ]);
  await clock.advance(20 * MINUTE);
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'fra', whole: 0.5 }]);
  assert.deepEqual(
    overrides.shown().map(({ window, target, reason, expires }) => [window, target, reason, expires]),
    [['switch', '*/fra', 'new', '2026-11-30T13:10:00.000Z']],
  );
  await clock.advance(10 * MINUTE);
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  await clock.advance(40 * MINUTE);
  assert.deepEqual(sent.get('shop.example'), []);
  assert.deepEqual(events, ['began switch */fra', 'ended switch */fra']);
  assert.deepEqual(maintenance.planned(), []);
});

test('A change is in force at once, and one that is broken leaves what is', async (context) => {
  const { file, replace, maintenance, sent, lines } = await setUp(context);
  replace(windowAt('2026-11-30T11:30Z'));
  maintenance.use(file);
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  replace(windowAt('nonsense'));
  await until(
    () => Promise.resolve(maintenance.warnings()),
    (warnings) => warnings.some((one) => one.includes(`${file}:2:38: error: "nonsense" is no moment`)),
  );
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  assert.equal(lines.filter((line) => line.includes('MAINTENANCE_FILE')).length, 1);
  rmSync(file);
  maintenance.look();
  assert.match(maintenance.warnings().join(), /It cannot be read: it does not exist/);
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  replace('windows: []\n');
  await until(
    () => Promise.resolve(sent.get('shop.example')),
    (pools) => pools?.length === 0,
  );
  assert.deepEqual(maintenance.warnings(), []);
  maintenance.use(undefined);
  assert.deepEqual(maintenance.planned(), []);
});

test('A server that starts with a file that is broken goes by the windows of the one before', async (context) => {
  const first = await setUp(context);
  first.replace(windowAt('2026-11-30T11:30Z'));
  first.maintenance.use(first.file);
  await first.maintenance.stop();
  first.replace(windowAt('nonsense'));
  const next = await setUp(context, first.folder);
  next.maintenance.use(next.file);
  assert.deepEqual(next.sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  assert.match(next.maintenance.warnings().join(), /is no moment/);
});

test('A calendar is kept for such a start as well', async (context) => {
  const first = await setUp(context);
  const event = ['LOCATION:*/fra', 'UID:1', 'DTSTART:20261130T113000Z', 'DURATION:PT1H'];
  first.replace(['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...event, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'));
  first.maintenance.use(first.file);
  assert.deepEqual(first.sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  await first.maintenance.stop();
  first.replace('BEGIN:VCALENDAR\r\n');
  const next = await setUp(context, first.folder);
  next.maintenance.use(next.file);
  assert.deepEqual(next.sent.get('shop.example'), [{ pool: 'fra', whole: 0 }]);
  assert.match(next.maintenance.warnings().join(), /must end with END:VCALENDAR/);
});

test('Maintenance of what is not there is a warning', async (context) => {
  const { file, replace, maintenance } = await setUp(context);
  replace(windowAt('2026-12-30T11:30Z').replace('fra', 'fro'));
  maintenance.use(file);
  assert.deepEqual(maintenance.warnings(), ['Maintenance of targets that are not there: "switch"']);
});
