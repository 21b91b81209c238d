/** MMDB files under a server that runs: what they say, what comes of a new one, and that a broken one changes nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Status } from '../../runtime/admin/status.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { UNHURRIED } from '../support/dnsteer.ts';
import { mmdbFile } from '../support/mmdb.ts';
import { until } from '../support/until.ts';
import { World } from '../support/world.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: { www: ({ client }) => ({ TXT: [client.country, client.asn, client.organization].join(' ') }) },
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
  world = await World.start({
    folder,
    env: UNHURRIED,
    policies: { 'geo.example.ts': POLICY },
    config: 'geo: { files: [country.mmdb, asn.mmdb] }',
  });
});
after(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

async function reloaded(number: number): Promise<Status['lastReload']> {
  world.server.process.kill('SIGHUP');
  const { lastReload } = await until(
    () => world.server.status(),
    (status) => (status.lastReload?.number ?? 0) >= number,
  );
  return lastReload;
}

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
    /^The geo data .*asn\.mmdb \(Test-ASN\) are 93 days old: fetch newer ones, then: dnsteer reload$/,
  );
});

test('Another content is read at a reload, and a file that was cut is told and changes nothing', async () => {
  put('country.mmdb', country('NO').subarray(0, 60));
  const failed = await reloaded(1);
  assert.equal(failed?.outcome, 'failed');
  assert.match(
    failed.problems.join(),
    /^Cannot read the geo data .*country\.mmdb: it was not written to its end, or is no MMDB file\. Fetch it again, or name another under geo\.files \(START\)$/,
  );
  assert.equal(await world.says('geo.example'), 'SE 64496 Example');
  put('country.mmdb', country('NO', 'Newer-Country'));
  const done = await reloaded(2);
  assert.equal(done?.outcome, 'done');
  await world.becomes('geo.example', 'NO 64496 Example');
  const { geo = [] } = await world.server.status();
  assert.equal(geo[0]?.name, 'Newer-Country');
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
