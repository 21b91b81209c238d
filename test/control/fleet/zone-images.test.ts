/** Zones on their way to answer processes: large ones go by way of a file, and are seen whole or not at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { Counters } from '../../../runtime/answer/counting/counters.ts';
import { MemoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import { signingParts } from '../../../runtime/answer/zones/served-signing.ts';
import type { Served } from '../../../runtime/answer/zones/served-zone.ts';
import { Publisher } from '../../../runtime/answer/zones/zone-publisher.ts';
import { createLogger } from '../../../runtime/base/log.ts';
import { ZoneImages } from '../../../runtime/control/fleet/zone-images.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import type { Account } from '../../../runtime/transport/privileges.ts';
import { ZoneSet } from '../../../runtime/zone/zone-set.ts';
import { zoneUpdate } from '../../answer/server.ts';
import { atEnd } from '../../support/at-end.ts';
import { name } from '../../support/wire.ts';
import { ask } from '../../support/zone.ts';

const PRIVILEGES = new URL('../../../runtime/transport/privileges.ts', import.meta.url).href;
const LARGE = '$GENERATE 0-4999 host$ 60 A 192.0.2.1\n';

function opened(context: TestContext) {
  const parent = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  atEnd(context, () => rmSync(parent, { recursive: true }));
  const folder = path.join(parent, 'zones');
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const images = (id: string, account?: Account) => {
    const made = new ZoneImages({ folder, id, account, log });
    atEnd(context, () => made.clear());
    return made;
  };
  const zones = new ZoneSet<Served>();
  const memory = new MemoSpace({ leaves: 10, policyOctets: 1e6, octets: 1e6 });
  const signing = signingParts(1);
  const parts = {
    health: new HealthTable(),
    counters: new Counters(),
    memory,
    zones,
    signing,
  };
  const sandbox = { hold: () => Promise.resolve({ ok: true, manifest: {} } as const), drop: () => {} };
  const origin = name('example.com.');
  const answer = (question: string) => {
    const zone = zones.find(origin, origin.length);
    return zone && ask(zone, question);
  };
  return { folder, lines, images, publisher: new Publisher({ ...parts, sandbox }), answer };
}

test('A small zone is part of its message, a large one in a file that is for nobody else', async (context) => {
  const { folder, images, publisher, answer } = opened(context);
  const small = await images('one').pack(zoneUpdate({ records: 'a 60 A 192.0.2.9' }));
  assert.ok('base64' in small.image);
  const large = await images('one').pack(zoneUpdate({ version: '00000002', records: LARGE }));
  assert.ok('file' in large.image);
  assert.equal(statSync(large.image.file).mode & 0o777, 0o600);
  assert.equal(readdirSync(folder).length, 1);
  assert.deepEqual(await publisher.apply([small], []), []);
  assert.match(answer('a A') ?? '', /^answer .* 192\.0\.2\.9$/);
  assert.deepEqual(await publisher.apply([large], []), []);
  assert.match(answer('host4999 A') ?? '', /^answer .* 192\.0\.2\.1$/);
  assert.equal(answer('a A'), 'nxdomain');
});

const isRoot = process.getuid?.() === 0;

test('A large zone is read by those who gave up their privileges, and by no other account', {
  skip: !isRoot && 'needs root',
}, async (context) => {
  const { folder, images } = opened(context);
  chmodSync(path.dirname(folder), 0o711);
  const sent = await images('one', { uid: 54_321, gid: 54_321 }).pack(zoneUpdate({ records: LARGE }));
  assert.ok('file' in sent.image);
  const octets = String(statSync(sent.image.file).size);
  assert.deepEqual([readAs(54_321, sent.image.file), readAs(54_322, sent.image.file)], [octets, 'EACCES']);
});

/** How many octets that account reads in a file, or what keeps it from that. */
function readAs(uid: number, file: string): string {
  const code = `import { readFileSync } from 'node:fs';
    import { becomeAccount } from '${PRIVILEGES}';
    becomeAccount({ uid: ${uid}, gid: ${uid} });
    try { console.log(readFileSync(${JSON.stringify(file)}).length); } catch (error) { console.log(error.code); }`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout.trim();
}

test('Of a file that is gone or cut off it is told, and what was served is served', async (context) => {
  const { images, publisher, answer } = opened(context);
  const small = await images('one').pack(zoneUpdate({ records: 'a 60 A 192.0.2.9' }));
  await publisher.apply([small], []);
  const large = await images('one').pack(zoneUpdate({ version: '00000002', records: LARGE }));
  await images('one').remove(large);
  const [problem] = await publisher.apply([large], []);
  assert.match(problem ?? '', /^example\.com: the file .* cannot be read/);
  assert.match(answer('a A') ?? '', /^answer/);
});

test('What is gone from the folder is there again, for as long as it is needed', async (context) => {
  const { folder, images, publisher, answer } = opened(context);
  const one = images('one');
  const pack = (version: string) => one.pack(zoneUpdate({ version, records: LARGE }));
  const [first, second] = [await pack('00000001'), await pack('00000002')];
  const names = readdirSync(folder).sort();
  assert.equal(names.length, 2);
  for (const lost of [folder, path.dirname(folder)]) {
    rmSync(lost, { recursive: true });
    await Promise.all([one.restore(), one.restore()]);
    assert.deepEqual(readdirSync(folder).sort(), names);
  }
  assert.ok('file' in second.image);
  rmSync(second.image.file);
  await one.remove(first);
  await one.restore();
  assert.deepEqual(readdirSync(folder), [path.basename(second.image.file)]);
  assert.equal(statSync(second.image.file).mode & 0o777, 0o600);
  assert.deepEqual(await publisher.apply([second], []), []);
  assert.match(answer('host4999 A') ?? '', /^answer .* 192\.0\.2\.1$/);
  rmSync(second.image.file);
  await Promise.all([one.restore(), one.remove(second)]);
  await one.restore();
  assert.deepEqual(readdirSync(folder), []);
});

test('A control removes what others left when it takes over, and its own when it ends', async (context) => {
  const { folder, images } = opened(context);
  const [one, two] = [images('one'), images('two')];
  await one.pack(zoneUpdate({ records: LARGE }));
  await two.pack(zoneUpdate({ records: LARGE }));
  await two.takeOver();
  assert.deepEqual(
    readdirSync(folder).map((file) => file.slice(0, 3)),
    ['two'],
  );
  await two.clear();
  assert.deepEqual(readdirSync(folder), []);
});

test('Where no file can be written a large zone is part of its message too, and that is told once', async (context) => {
  const { folder, images, lines } = opened(context);
  writeFileSync(folder, 'a file');
  const one = images('one');
  for (const version of ['00000001', '00000002']) {
    assert.ok('base64' in (await one.pack(zoneUpdate({ version, records: LARGE }))).image);
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /Make it writable/);
});
