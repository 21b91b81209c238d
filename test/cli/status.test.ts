/** `dnsteer status` against an admin server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { fakeFacts, fakeSource, fakeStats } from '../admin/fake-source.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const cwd = testFolder();
const problem = {
  code: 'POLICY_SYNTAX',
  severity: 'error',
  message: 'Expected ";"',
  file: 'policies/example.com.ts',
  line: 3,
} as const;
let admin: AdminServer;
before(async () => {
  const source = fakeSource({
    facts: () =>
      fakeFacts({
        warnings: ['Geo data is old'],
        zones: fakeFacts().zones.map((zone) => ({ ...zone, state: 'degraded', problems: [problem] })),
      }),
  });
  admin = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, source, log: silentLogger() });
});
after(() => admin.close());

function env(): Record<string, string> {
  return { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host };
}

test('Zones, pools, counters and processes are shown in tables', async () => {
  const { code, stdout } = await dnsteer(['status'], { cwd, env: env() });
  assert.equal(code, 0);
  for (const line of [
    /^dnsteer 1\.2\.3, ready, on 127\.0\.0\.1:5300 \(UDP: batched sockets\), up for 1 min 3\d s$/m,
    /^ {2}Geo data is old$/m,
    /^example\.com +degraded +1a2b3c4d +42 +20 +10 +4 throw, 2 budget +policies\/example\.com\.ts$/m,
    /^ {2}error policies\/example\.com\.ts:3 Expected ";"$/m,
    /^example\.com us +degraded +tcp 192\.0\.2\.10:443 down, tcp 192\.0\.2\.11:443 up$/m,
    /^example\.com static +unchecked$/m,
    /^Queries 42, policy runs 20, decisions from memory 10, fallbacks 6, reloads 7, refused 1, responses over the rate 26$/m,
    /^answer 1 +101 +listening +48 MB +2 +12\.0 ms +20\.0 ms$/m,
    /^sandbox for trials +99 +running +29 MB +0$/m,
  ]) {
    assert.match(stdout, line);
  }
});

test('A server is shown although the settings have become wrong, which is told', async () => {
  for (const [text, told] of [
    ['lisen: [1]\n', /^dnsteer\.yaml:1:1: error: Unknown setting "lisen"$/m],
    ['listen: nonsense: {\n', /^dnsteer\.yaml:1:\d+: error: /m],
  ] as const) {
    const wrong = testFolder({ 'dnsteer.yaml': text });
    const { code, stdout, stderr } = await dnsteer(['status'], { cwd: wrong, env: env() });
    assert.match(stderr, told);
    assert.match(stdout, /^dnsteer 1\.2\.3, ready/);
    assert.equal(code, 0);
  }
});

test('A quarantine is shown with what ends it', async () => {
  const quarantined = fakeStats(100, 30).zones.map((zone) => ({ ...zone, breaker: 'quarantined' as const }));
  const source = fakeSource({
    stats: () => Promise.resolve([{ ...fakeStats(100, 30), zones: quarantined }, fakeStats(101, 12)]),
  });
  const listen = { address: '127.0.0.1', port: 0 };
  const other = await startAdmin({ listen, source, log: silentLogger() });
  const { stdout } = await dnsteer(['status', '--admin', new URL(other.url).host], { cwd });
  await other.close();
  assert.match(stdout, /^example\.com +live, quarantined +1a2b3c4d /m);
  assert.match(
    stdout,
    /^ {2}example\.com is served by its fallback alone until its file changes, or: dnsteer release example\.com$/m,
  );
});

test('What no transfer of a zone holds is told', async () => {
  const source = fakeSource({ facts: () => withHosts() });
  const other = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, source, log: silentLogger() });
  const { stdout } = await dnsteer(['status', '--admin', new URL(other.url).host], { cwd });
  await other.close();
  assert.match(stdout, /^ {2}example\.com is transferred without 3 names that its policy decides: /m);
});

function withHosts(): ReturnType<typeof fakeFacts> {
  const zones = fakeFacts().zones.map((zone) => ({ ...zone, hosts: 3 }));
  return fakeFacts({ zones, transferable: new Set(['example.com']) });
}

test('As JSON it is what the API says', async () => {
  const { stdout } = await dnsteer(['status', '--json'], { cwd, env: env() });
  const status = JSON.parse(stdout) as { version: string; zones: { zone: string }[] };
  assert.equal(status.version, '1.2.3');
  assert.equal(status.zones[0]?.zone, 'example.com');
});

test('The server may be named by a flag', async () => {
  assert.equal((await dnsteer(['status', '--admin', new URL(admin.url).host], { cwd })).code, 0);
});

test('Without a server it says where it looked', async () => {
  const { code, stderr } = await dnsteer(['status', '--admin', '127.0.0.1:1'], { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, 'error: No dnsteer server is running with its admin server at 127.0.0.1:1\n');
  const off = await dnsteer(['status', '--admin', 'off'], { cwd });
  assert.equal(off.stderr, 'error: The admin server is off (admin.listen)\n');
});
