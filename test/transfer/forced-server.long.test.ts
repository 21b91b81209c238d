/** `dnsteer transfer` from one whole server to another, and what the status says of transfers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const ZONE = 'example.com';
const ABSENT = missing('dig');

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: '192.0.2.99' }, hosts: { a: { A: '192.0.2.1' }, b: { A: '192.0.2.2' } } });`;

let primary: TestServer;
let secondary: TestServer;
before(async () => {
  primary = await startServer({
    policies: { [`${ZONE}.zone`]: zoneText(5, 'first'), 'steered.example.ts': POLICY },
    config: 'transfer: { allow: [127.0.0.1] }\n',
  });
  secondary = await startServer({
    policies: { 'own.example.zone': zoneText(1, 'own') },
    config: `secondary: { ${ZONE}: { primaries: ['127.0.0.1:${primary.port}'] } }\n`,
  });
});
after(() => Promise.all([primary.stop(), secondary.stop()]));

function zoneText(serial: number, host: string): string {
  return `$TTL 300\n@ SOA ns host ${serial} 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n${host} A 192.0.2.1\n`;
}

function transfer(...args: readonly string[]): ReturnType<typeof dnsteer> {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(secondary.adminUrl).host };
  return dnsteer(['transfer', ...args], { cwd: secondary.folder, env });
}

async function reaches(server: TestServer, host: string): Promise<void> {
  await until(
    () => digShort(server.port, `${host}.${ZONE}`, 'A'),
    ([address]) => address === '192.0.2.1',
  );
}

test('It fetches the zone again, and one of a lower serial where that is said', {
  skip: ABSENT,
}, async () => {
  const from = `${ZONE} was transferred from 127\\.0\\.0\\.1:${primary.port}`;
  primary.write(`${ZONE}.zone`, zoneText(5, 'same'));
  await reaches(primary, 'same');
  const same = await transfer(ZONE);
  assert.match(same.stdout, new RegExp(`^${from}: serial 5 as before, 4 records in \\d+ ms\\n$`));
  await reaches(secondary, 'same');
  primary.write(`${ZONE}.zone`, zoneText(2, 'lower'));
  await reaches(primary, 'lower');
  const refused = await transfer(ZONE);
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /127\.0\.0\.1:\d+: its serial 2 is older than ours, 5\n.*--force/s);
  const forced = await transfer(ZONE, '--force');
  assert.match(forced.stdout, new RegExp(`^${from}: serial 5 before, 2 now, 4 records in \\d+ ms\\n$`));
  assert.equal(forced.code, 0);
  await reaches(secondary, 'lower');
});

test('It says what is no secondary zone, and why no primary gives one', async () => {
  const own = await transfer('own.example');
  assert.deepEqual([own.code, /\(NOT_SECONDARY\)/.test(own.stderr)], [1, true], own.stderr);
  primary.remove(`${ZONE}.zone`);
  await primary.printed(/"zone":"example.com".*is no longer served/);
  const { code, stderr } = await transfer(ZONE);
  assert.equal(code, 1);
  assert.match(stderr, /\(TRANSFER\)\n +\| 127\.0\.0\.1:\d+: it answers (NOTAUTH|REFUSED)\n/);
});

test('The status says which names no transfer of a zone holds', async () => {
  const { zones } = await primary.status();
  const lacking = zones.map(({ zone, untransferred }) => [zone, untransferred]);
  assert.deepEqual(lacking, [['steered.example', 2]]);
  assert.ok((await secondary.status()).zones.every(({ untransferred }) => untransferred === undefined));
});
