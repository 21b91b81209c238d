/** MMDB files under a server that runs: what they say, what comes of a new one, and that a broken one changes nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { UNHURRIED } from '../support/dnsteer.ts';
import { mmdbFile } from '../support/mmdb.ts';
import { until } from '../support/until.ts';
import { World } from '../support/world.ts';

const POLICY = `import { closestByLatency, definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { fra: { TXT: 'fra' }, iad: { TXT: 'iad' } },
  fallback: { TXT: 'fallback' },
  hosts: { rum: closestByLatency('fra', 'iad'), www: ({ client }) => ({ TXT: [client.country, client.asn, client.organization].join(' ') }) },
  budget: 100,
});
`;
const SYSTEM = { autonomous_system_number: 64496, autonomous_system_organization: 'Example' };
const BUILT = Math.floor(Date.now() / 1000) - 3 * 86_400;

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-geo-'));
const put = (file: string, octets: Uint8Array): void => {
  writeFileSync(path.join(folder, 'new'), octets);
  renameSync(path.join(folder, 'new'), path.join(folder, file));
};
const country = (code: string, type = 'Test-Country'): Buffer =>
  mmdbFile({ '127.0.0.0/8': { country_code: code } }, { type, built: BUILT });

let world: World;
before(async () => {
  put('country.mmdb', country('SE'));
  put('asn.mmdb', mmdbFile({ '127.0.0.0/16': SYSTEM }, { type: 'Test-ASN', built: BUILT - 90 * 86_400 }));
  put('rum.csv', Buffer.from('network,fra,iad\n127.0.0.0/8,9,5\n'));
  world = await World.start({
    folder,
    env: UNHURRIED,
    policies: { 'geo.example.ts': POLICY },
    config: 'geo: { files: [country.mmdb, asn.mmdb], latency: rum.csv }',
  });
});
after(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

test('Places and networks are those of the files, whose age is told', async () => {
  await world.becomes('geo.example', 'SE 64496 Example');
  const { geo = [], warnings } = await world.server.status();
  assert.deepEqual(
    geo.map(({ name, file, ageDays }) => [name, path.basename(file ?? ''), ageDays]),
    [
      ['Test-Country', 'country.mmdb', 3],
      ['Test-ASN', 'asn.mmdb', 93],
    ],
  );
  const old = warnings.filter((warning) => warning.includes('days old'));
  assert.equal(old.length, 1);
  assert.match(
    old[0] ?? '',
    /^The geo data .*asn\.mmdb \(Test-ASN\) are 93 days old: fetch newer ones, which are taken up from there: dnsteer geo update$/,
  );
});

test('A file that was cut is told and changes nothing, and a whole one is taken up without a lost or another answer', async () => {
  put('country.mmdb', country('NO').subarray(0, 60));
  const { warnings } = await until(
    () => world.server.status(),
    (status) => status.warnings.some((warning) => warning.startsWith('Cannot read')),
  );
  assert.match(
    warnings.join('\n'),
    /Cannot read the geo data .*country\.mmdb: it was not written to its end, or is no MMDB file\. Fetch it again, or name another under geo\.files\. Until then that of .* \(Test-Country\) is used/,
  );
  assert.equal(await world.says('geo.example'), 'SE 64496 Example');
  const answers: string[] = [];
  put('country.mmdb', country('NO', 'Newer-Country'));
  await until(
    async () => {
      const answer = await world.says('geo.example');
      answers.push(answer);
      return answer;
    },
    (answer) => answer.startsWith('NO'),
  );
  assert.deepEqual(
    [...new Set(answers)].filter((answer) => !/^(SE|NO) 64496 Example$/.test(answer)),
    [],
  );
  const { geo = [], warnings: left } = await world.server.status();
  assert.equal(geo[0]?.name, 'Newer-Country');
  assert.deepEqual(
    left.filter((warning) => warning.startsWith('Cannot read')),
    [],
  );
});

test('Latencies are taken up by the processes that run; a table with a mistake is told with its line, and changes nothing', async () => {
  assert.equal(await world.says('geo.example', 'rum'), 'iad');
  const { processes } = await world.server.status();
  put('rum.csv', Buffer.from('network,fra,iad\n127.0.0.0/8,-1,5\n'));
  const { warnings } = await until(
    () => world.server.status(),
    (status) => status.warnings.some((warning) => warning.includes('rum.csv')),
  );
  assert.match(
    warnings.join('\n'),
    /Cannot use the latencies .*rum\.csv:2: "-1" is no time from 0 to 60000 milliseconds; leave it empty where nothing was measured\. Write it anew; until then that before is used/,
  );
  assert.equal(await world.says('geo.example', 'rum'), 'iad');
  put('rum.csv', Buffer.from('network,fra,iad\n127.0.0.0/8,1,5\n'));
  await world.becomes('geo.example', 'fra', 'rum');
  const after = await world.server.status();
  assert.deepEqual(
    after.processes.map(({ pid }) => pid),
    processes.map(({ pid }) => pid),
  );
});

test('A reload with other settings is not held up by a file that is broken', async () => {
  writeFileSync(path.join(folder, 'country.mmdb'), 'half');
  world.server.process.kill('SIGHUP');
  const { lastReload } = await until(
    () => world.server.status(),
    (status) => status.lastReload !== undefined,
  );
  assert.equal(lastReload?.outcome, 'done');
  assert.match(lastReload.notices.join(), /Cannot read the geo data .*country\.mmdb/);
  assert.equal(await world.says('geo.example'), 'NO 64496 Example');
});

test('Latencies that are given to the server stand in place of the file, until they are dropped', async () => {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(world.server.adminUrl).host };
  const geo = async (...args: string[]) =>
    await dnsteer(['geo', 'latencies', ...args], { cwd: world.server.folder, env });
  const given = async (text: string, ...args: string[]) => {
    writeFileSync(path.join(folder, 'given.csv'), text);
    return await geo(path.join(folder, 'given.csv'), ...args);
  };
  put('rum.csv', Buffer.from('network,fra,iad\n127.0.0.0/8,9,5\n'));
  await world.becomes('geo.example', 'iad', 'rum');
  const rows = await given('network,fra\n127.0.0.0/8,1\n', '--rows');
  assert.deepEqual([rows.code, rows.stdout], [0, '1 rows for 2 pools are in use\n'], rows.stderr);
  await world.becomes('geo.example', 'fra', 'rum');
  const { latencies } = await world.server.status();
  assert.deepEqual([latencies?.source, latencies?.rows, latencies?.pools], ['api', 1, 2]);
  const odd = await given('network,fra\nDE,fast\n');
  assert.equal(odd.code, 1);
  assert.match(odd.stderr, /Cannot use the latencies: line 2: "fast" is no time/);
  await world.becomes('geo.example', 'fra', 'rum');
  assert.equal((await geo('--drop')).stdout, 'The latencies that were pushed are forgotten\n');
  await world.becomes('geo.example', 'iad', 'rum');
  const unclear = await geo('--drop', '--rows');
  assert.notEqual(unclear.code, 0);
  assert.match(unclear.stderr, /give a file, with --rows or without, or --drop/);
});

test('A server does not start with a file that it cannot read', async () => {
  const other = mkdtempSync(path.join(tmpdir(), 'dnsteer-geo-'));
  try {
    writeFileSync(path.join(other, 'dnsteer.yaml'), 'geo: { files: [nowhere.mmdb] }');
    const { code, stderr } = await dnsteer(['start', '--policies', path.join(folder, 'policies')], {
      cwd: other,
    });
    assert.notEqual(code, 0);
    assert.match(stderr, /Cannot read the geo data .*nowhere\.mmdb: it does not exist/);
  } finally {
    rmSync(other, { recursive: true });
  }
});
