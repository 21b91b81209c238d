/** Overrides as operators ask for them: begun, refused with the reason, kept for the next start, ended in time. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OverrideAsk } from '../../../runtime/admin/overrides/override-ask.ts';
import { createLogger } from '../../../runtime/base/log.ts';
import { carryOutOverride } from '../../../runtime/control/overrides/carry-out.ts';
import { type OverrideEvent, Overrides } from '../../../runtime/control/overrides/overrides.ts';
import type { PoolOverride } from '../../../runtime/health/overrides/zone-overrides.ts';
import type { PoolData } from '../../../runtime/rpc/plan.ts';
import { World } from '../../answer/world.ts';
import { atEnd } from '../../support/at-end.ts';
import { HandClock } from '../../support/hand-clock.ts';

const POOLS: Readonly<Record<string, PoolData>> = {
  eu: { records: { A: ['192.0.2.1', '192.0.2.2'] } },
  us: { records: { A: ['198.51.100.1'], AAAA: ['2001:db8::1'] } },
};
const MINUTE = 60_000;

function fileIn(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-overrides-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  return path.join(folder, 'state', 'overrides');
}

async function setUp(context: TestContext, file = fileIn(context)) {
  /** What aliases lead to. */
  const resolved: Record<string, readonly string[]> = {};
  const lines: string[] = [];
  const sent = new Map<string, readonly PoolOverride[]>();
  const events: OverrideEvent[] = [];
  const clock = new HandClock();
  await clock.advance(MINUTE);
  const overrides = new Overrides({
    file,
    log: createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) }),
    send: (zones) => {
      for (const { zone, pools } of zones) sent.set(zone, pools);
    },
    onEvent: (event) => events.push(event),
    addressesOf: (target) => resolved[target] ?? [],
    clock,
  });
  atEnd(context, () => overrides.stop());
  await overrides.load();
  const { pools } = new World(POOLS);
  for (const zone of ['shop.example', 'pay.example']) overrides.setZone(zone, pools);
  overrides.setZone('static.example', new Map());
  await overrides.open();
  const ask = async (command: OverrideAsk['do'], target: string, more: object = {}) => {
    const outcome = await carryOutOverride({ do: command, target, owner: 'anna', ...more }, overrides);
    return outcome.kind === 'done' ? 'done' : `${outcome.kind}: ${outcome.why}`;
  };
  return { file, overrides, sent, events, clock, lines, ask, pools, resolved };
}

test('An address of an alias is drained as long as the alias leads to it, and again when it does', async (context) => {
  const { ask, sent, overrides, resolved, clock } = await setUp(context);
  const { pools } = new World({ cdn: { alias: 'cdn.example', records: {} } });
  overrides.setZone('alias.example', pools);
  assert.match(
    await ask('drain', 'alias.example/cdn/192.0.2.7'),
    /^unknown: Pool "cdn" of alias\.example has no address "192\.0\.2\.7"/,
  );
  resolved['cdn.example'] = ['192.0.2.7', '192.0.2.8', '2001:db8::7'];
  overrides.aliasesChanged();
  assert.equal(await ask('drain', 'alias.example/cdn/192.0.2.7', { expires: 60 * MINUTE }), 'done');
  const drained = [{ pool: 'cdn', some: [['192.0.2.7', 0]] }];
  assert.deepEqual(sent.get('alias.example'), drained);
  resolved['cdn.example'] = ['192.0.2.8'];
  overrides.aliasesChanged();
  assert.deepEqual(sent.get('alias.example'), []);
  assert.match(
    overrides.warnings.join(),
    /targets that are not there \(any more\): alias\.example\/cdn\/192\.0\.2\.7/,
  );
  resolved['cdn.example'] = ['192.0.2.7'];
  overrides.aliasesChanged();
  assert.deepEqual(sent.get('alias.example'), drained);
  await clock.advance(60 * MINUTE);
  assert.deepEqual(sent.get('alias.example'), []);
});

test('An override reaches answer processes by zone, and so does its end', async (context) => {
  const { ask, sent, events, overrides } = await setUp(context);
  assert.equal(await ask('drain', '*/eu', { reason: 'switch' }), 'done');
  assert.deepEqual(Object.fromEntries(sent), {
    'shop.example': [{ pool: 'eu', whole: 0 }],
    'pay.example': [{ pool: 'eu', whole: 0 }],
  });
  assert.deepEqual(overrides.inForce('pay.example', 'eu'), { pool: 'eu', whole: 0 });
  assert.deepEqual(
    overrides
      .shownOf('pay.example', 'eu')
      .map(({ target, owner, reason, pools }) => ({ target, owner, reason, pools })),
    [{ target: '*/eu', owner: 'anna', reason: 'switch', pools: 2 }],
  );
  assert.equal(await ask('undrain', '*/eu'), 'done');
  assert.deepEqual([...sent.values()], [[], []]);
  assert.deepEqual(
    events.map(({ what, override }) => `${what} ${override.target}`),
    ['began */eu', 'ended */eu'],
  );
});

test('A version that comes later goes by what was said before', async (context) => {
  const { ask, sent, overrides, pools } = await setUp(context);
  await ask('drain', '*/eu');
  sent.clear();
  overrides.setZone('new.example', pools);
  assert.deepEqual(Object.fromEntries(sent), { 'new.example': [{ pool: 'eu', whole: 0 }] });
  overrides.setZone('new.example', undefined);
  assert.deepEqual(sent.get('new.example'), []);
});

test('What cannot be is refused, and says what may be meant', async (context) => {
  const { ask, sent } = await setUp(context);
  await ask('drain', 'pay.example/us', { reason: 'move' });
  sent.clear();
  const drained = 'pay.example/us is drained (anna, since 1970-01-01T00:01:00.000Z, "move")';
  for (const [command, target, why] of [
    ['drain', 'shpo.example/eu', 'unknown: No zone "shpo.example" is served; did you mean "shop.example"?'],
    ['drain', '*.test/eu', 'unknown: No zone matches "*.test"'],
    ['drain', 'static.example/eu', 'unknown: static.example has no pools, and so nothing to override'],
    ['up', 'shop.example/eux', 'unknown: shop.example has no pool "eux"; did you mean "eu"?'],
    ['up', '*/ap*', 'unknown: No pool of zones that match "*" matches "ap*"'],
    [
      'down',
      'shop.example/eu/192.0.2.9',
      'unknown: Pool "eu" of shop.example has no address "192.0.2.9"; did you mean "192.0.2.1"?',
    ],
    [
      'up',
      'pay.example/*',
      `conflict: pay.example/* cannot be forced up: ${drained}. End that first: dnsteer undrain 'pay.example/us'`,
    ],
    ['undrain', 'shop.example/eu', 'unknown: shop.example/eu is not drained'],
    [
      'undrain',
      'pay.example/us/198.51.100.1',
      `unknown: pay.example/us/198.51.100.1 is drained by a wider override, ${drained}: dnsteer undrain 'pay.example/us'`,
    ],
    ['clear', 'pay.example/us', 'unknown: pay.example/us is not forced up or down'],
    ['undrain', 'shop.example/eux', 'unknown: shop.example has no pool "eux"; did you mean "eu"?'],
  ] as const)
    assert.equal(await ask(command, target), why);
  assert.equal(sent.size, 0, 'nothing live has changed');
});

test('Forced one way and the other is a conflict; drained and forced down is none', async (context) => {
  const { ask, sent } = await setUp(context);
  assert.equal(await ask('up', 'shop.example/eu/192.0.2.1'), 'done');
  assert.match(await ask('down', 'shop.example/eu'), /^conflict: .*192\.0\.2\.1 is forced up \(anna/);
  assert.equal(await ask('down', 'shop.example/eu/192.0.2.2'), 'done');
  assert.equal(await ask('drain', 'shop.example/eu/192.0.2.2'), 'done');
  assert.deepEqual(sent.get('shop.example'), [
    {
      pool: 'eu',
      some: [
        ['192.0.2.1', 'up'],
        ['192.0.2.2', 0],
      ],
    },
  ]);
  assert.equal(await ask('undrain', 'shop.example/*'), 'done');
  assert.equal(await ask('clear', 'shop.example/eu'), 'done');
  assert.deepEqual(sent.get('shop.example'), []);
});

test('It expires by itself, and a drain goes on little by little and comes back so', async (context) => {
  const { ask, sent, clock, events } = await setUp(context);
  await ask('drain', 'shop.example/eu', { overMs: 4000 });
  const share = () => sent.get('shop.example')?.[0]?.whole;
  assert.equal(share(), undefined, 'all of it is left');
  await clock.advance(1000);
  assert.equal(share(), 0.75);
  await clock.advance(3000);
  assert.equal(share(), 0);
  await ask('undrain', 'shop.example/eu', { overMs: 2000 });
  await clock.advance(1000);
  assert.equal(share(), 0.5);
  await clock.advance(1000);
  assert.equal(share(), undefined);
  await ask('down', 'shop.example/eu', { expires: clock.now() + 10 * MINUTE });
  await clock.advance(10 * MINUTE - 1);
  assert.equal(share(), 'down');
  await clock.advance(1);
  assert.equal(share(), undefined);
  assert.deepEqual(
    events.map(({ what }) => what),
    ['began', 'began', 'expired', 'began', 'expired'],
  );
});

test('A drain may leave a share', async (context) => {
  const { ask, sent } = await setUp(context);
  await ask('drain', 'shop.example/eu', { leave: 0.2 });
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'eu', whole: 0.2 }]);
});

test('Where all pools of a zone are drained, that is told', async (context) => {
  const { overrides } = await setUp(context);
  const outcome = await carryOutOverride({ do: 'drain', target: 'shop.example/*', owner: 'anna' }, overrides);
  assert.deepEqual(outcome.kind === 'done' && outcome.warnings, [
    'All pools of shop.example are drained: whoever its policy sends to one of them gets NODATA',
  ]);
});

test('The next server knows them, and when they end', async (context) => {
  const first = await setUp(context);
  await first.ask('drain', 'shop.example/eu', { reason: 'switch' });
  await first.ask('up', 'pay.example/us', { expires: first.clock.now() + 5 * MINUTE });
  await first.overrides.stop();
  const next = await setUp(context, first.file);
  assert.deepEqual(Object.fromEntries(next.sent), {
    'shop.example': [{ pool: 'eu', whole: 0 }],
    'pay.example': [{ pool: 'us', whole: 'up' }],
  });
  await next.clock.advance(5 * MINUTE);
  assert.deepEqual(next.sent.get('pay.example'), []);
});

test('A line that is damaged is told with its number, and loses no other, nor itself', async (context) => {
  const first = await setUp(context);
  await first.ask('drain', 'shop.example/eu');
  await first.ask('down', 'pay.example/eu');
  await first.overrides.stop();
  const [header, one, ...rest] = readFileSync(first.file, 'utf8').split('\n');
  const damaged = [header, one?.replace('"drain"', '"drian"'), ...rest].join('\n');
  writeFileSync(first.file, damaged);
  const next = await setUp(context, first.file);
  const told = 'overrides:2: "kind" is none of drain, up, down';
  assert.ok(
    next.lines.some((line) => line.includes('OVERRIDE_STATE') && line.includes(told.replaceAll('"', '\\"'))),
  );
  assert.ok(next.overrides.warnings.some((warning) => warning.includes(told)));
  assert.deepEqual(next.sent.get('pay.example'), [{ pool: 'eu', whole: 'down' }]);
  assert.equal(existsSync(`${first.file}.damaged`), false, 'nothing was written yet');
  await next.ask('drain', 'pay.example/us');
  assert.equal(readFileSync(`${first.file}.damaged`, 'utf8'), damaged);
});

test('A file that is none of ours, or cut off, is no reason to lose what it holds', async (context) => {
  for (const [text, told] of [
    ['nonsense\n', /overrides:1: this is no file of overrides/],
    ['{"dnsteer":"overrides","format":9}\n', /format 9/],
    ['{"dnsteer":"overrides","format":1}\n{"kind":"drain","tar', /overrides:2: the last line is cut off/],
  ] as const) {
    const first = await setUp(context);
    await first.ask('drain', 'shop.example/eu');
    await first.overrides.stop();
    writeFileSync(first.file, text);
    const next = await setUp(context, first.file);
    assert.match(next.overrides.warnings.join(), told);
    await next.ask('drain', 'pay.example/us');
    assert.equal(readFileSync(`${first.file}.damaged`, 'utf8'), text);
  }
});

test('Where the disk cannot be written it is in force all the same, and the operator hears of it', async (context) => {
  const { overrides, file, sent } = await setUp(context);
  // A file stands where the folder would.
  writeFileSync(path.dirname(file), '');
  const outcome = await carryOutOverride(
    { do: 'drain', target: 'shop.example/eu', owner: 'anna' },
    overrides,
  );
  assert.ok(outcome.kind === 'done');
  assert.match(outcome.warnings.join(), /could not be written .*: it is lost at the next start/);
  assert.deepEqual(sent.get('shop.example'), [{ pool: 'eu', whole: 0 }]);
});

test('A server that starts, or was replaced, changes nothing', async (context) => {
  const { overrides, ask } = await setUp(context);
  overrides.close();
  assert.match(
    await ask('drain', 'shop.example/eu'),
    /^not-now: Another server has taken the place of this one/,
  );
});

test('An override of what is there no more stays, and is a warning', async (context) => {
  const { overrides, ask } = await setUp(context);
  await ask('drain', 'shop.example/eu');
  overrides.setZone('shop.example', new Map());
  assert.deepEqual(overrides.warnings, [
    'Overrides of targets that are not there (any more): shop.example/eu',
  ]);
});
