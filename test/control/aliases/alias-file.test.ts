/** What is known of the targets of aliases, from one server to the next by way of a file. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { AliasFile } from '../../../runtime/control/aliases/alias-file.ts';
import { AliasWorld, found, SILENT } from '../../support/alias-world.ts';
import { atEnd } from '../../support/at-end.ts';

const LOG = createLogger({ level: 'error', format: 'json' }, { write: () => {} });

function fileIn(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-aliases-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return path.join(folder, 'state', 'aliases');
}

function opened(file: string): { world: AliasWorld; kept: AliasFile } {
  const world = new AliasWorld();
  const kept = new AliasFile(file, world.keeper, LOG);
  kept.start();
  return { world, kept };
}

test('What a server knew its successor knows at once, be its resolver silent', async (t) => {
  const file = fileIn(t);
  const first = opened(file);
  first.world.answers['shop.example'] = { A: found(60, '192.0.2.1', '192.0.2.2'), AAAA: SILENT };
  first.world.keeper.declare('example.com', ['shop.example']);
  await first.world.seconds(1);
  await first.kept.stop();
  const second = opened(file);
  second.world.isWaiting = true;
  second.world.keeper.declare('example.com', ['shop.example']);
  await second.world.seconds(1);
  assert.equal(second.world.a('shop.example'), '192.0.2.1 192.0.2.2 for 30 s');
  assert.equal(second.world.known.get('shop.example')?.AAAA.addresses, null);
  await second.kept.stop();
});

test('What no zone has named yet is kept for one that does, until it is too old', async (t) => {
  const file = fileIn(t);
  const first = opened(file);
  first.world.answers['shop.example'] = { A: found(60, '192.0.2.1') };
  first.world.keeper.declare('example.com', ['shop.example']);
  await first.world.seconds(1);
  await first.kept.stop();
  const second = opened(file);
  await second.kept.stop();
  assert.match(readFileSync(file, 'utf8'), /"shop\.example"/);
  const third = opened(file);
  await third.world.seconds(3600);
  await third.kept.stop();
  assert.equal(readFileSync(file, 'utf8'), '');
});

test('Lines that are not sound say nothing, and keep no other from saying it', async (t) => {
  const file = fileIn(t);
  const sound = { target: 'shop.example', family: 'A', addresses: ['192.0.2.1'], since: 0, until: 60_000 };
  const many = Array.from({ length: 65 }, (_, index) => `192.0.2.${index}`);
  const lines = [
    'not JSON',
    'null',
    ...[
      { family: 'MX' },
      { addresses: ['::1'] },
      { addresses: ['shop'] },
      { addresses: many },
      { until: 'soon' },
      { target: 7 },
    ].map((wrong) => JSON.stringify({ ...sound, target: 'wrong.example', ...wrong })),
    JSON.stringify(sound),
    '{"target":"cut off',
  ];
  mkdirSync(path.dirname(file));
  writeFileSync(file, lines.join('\n'));
  const { world, kept } = opened(file);
  world.isWaiting = true;
  world.keeper.declare('example.com', ['shop.example', 'wrong.example']);
  await world.seconds(1);
  assert.deepEqual([...world.known.keys()], ['shop.example']);
  await kept.stop();
});
