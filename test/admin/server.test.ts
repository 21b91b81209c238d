/** The admin server, asked over HTTP: what it serves, and whom it refuses. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import type { Status } from '../../runtime/admin/status.ts';
import { DnsteerError } from '../../runtime/base/errors.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { fail } from '../../runtime/base/result.ts';
import { type AskOptions, askAt, type Reply } from './ask.ts';
import { parseExposition } from './exposition-parser.ts';
import { fakeFacts, fakeSource, fakeStats } from './fake-source.ts';

const LOOPBACK = { address: '127.0.0.1', port: 0 };
const log = silentLogger();
let notReady: string[] = [];
let zoneName = 'example.com';
const source = fakeSource({
  facts: () => {
    const [zone] = fakeFacts().zones;
    assert.ok(zone);
    return fakeFacts({ notReady, zones: [{ ...zone, zone: zoneName }] });
  },
});
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({ listen: LOOPBACK, source, log });
});
after(() => admin.close());

function ask(path: string, options?: AskOptions): Promise<Reply> {
  return askAt(new URL(path, admin.url), options);
}

test('Metrics are what Prometheus reads, all named and all explained', async () => {
  const { status, headers, body } = await ask('/metrics');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const families = parseExposition(body);
  for (const [name, { type, help }] of families) {
    assert.match(name, /^dnsteer_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`);
    assert.match(help, /^[A-Z].*[^.]$/);
  }
  const value = (sample: string): number | undefined =>
    families.get(sample.split('{')[0] ?? '')?.samples.get(sample);
  assert.equal(
    value('dnsteer_queries_total{rcode="NOERROR",transport="udp",type="A",zone="example.com"}'),
    42,
  );
  assert.equal(value('dnsteer_policy_runs_total{zone="example.com"}'), 20);
  assert.equal(value('dnsteer_fallbacks_total{reason="throw",zone="example.com"}'), 4);
  assert.equal(value('dnsteer_policy_quarantined{zone="example.com"}'), 0);
  assert.equal(
    value(
      'dnsteer_zone_info{file="policies/example.com.ts",state="live",version="1a2b3c4d",zone="example.com"}',
    ),
    1,
  );
  assert.equal(value('dnsteer_reloads_total{}'), 7);
  assert.equal(value('dnsteer_reload_failures_total{}'), 1);
  assert.equal(value('dnsteer_sandbox_restarts_total{}'), 2);
  assert.equal(value('dnsteer_answer_restarts_total{}'), 2);
  assert.equal(value('dnsteer_cookies_total{cookie="client"}'), 6);
  assert.equal(value('dnsteer_cookies_total{cookie="invalid"}'), 2);
  assert.equal(value('dnsteer_cookies_total{cookie="valid"}'), 4);
  assert.equal(value('dnsteer_rate_limited_total{outcome="dropped"}'), 14);
  assert.equal(value('dnsteer_rate_limited_total{outcome="slipped"}'), 12);
  assert.equal(value('dnsteer_memo_hits_total{}'), 10);
  assert.equal(value('dnsteer_memo_misses_total{}'), 20);
  assert.equal(value('dnsteer_memo_joins_total{}'), 8);
  assert.equal(value('dnsteer_memo_rechecks_total{}'), 4);
  assert.equal(value('dnsteer_memo_evictions_total{}'), 12);
  assert.equal(value('dnsteer_memo_leaves{}'), 16);
  assert.equal(value('dnsteer_memo_bytes{}'), 8192);
  assert.equal(value('dnsteer_memo_unremembered_total{reason="random",zone="example.com"}'), 6);
  assert.equal(value('dnsteer_memo_contradictions_total{zone="example.com"}'), 2);
  assert.equal(value('dnsteer_health_target_up{target="tcp://192.0.2.10:443"}'), 0);
  assert.equal(value('dnsteer_health_target_up{target="tcp://192.0.2.11:443"}'), 1);
  assert.equal(
    value('dnsteer_pool_target_up{pool="us",target="tcp://192.0.2.11:443",zone="example.com"}'),
    1,
  );
  assert.equal(value('dnsteer_pool_up{pool="us",zone="example.com"}'), 1);
  assert.equal(value('dnsteer_pool_up{pool="eu",zone="example.com"}'), 0);
  assert.deepEqual(
    [...(families.get('dnsteer_pool_health')?.samples ?? [])],
    [
      ['dnsteer_pool_health{health="degraded",pool="us",zone="example.com"}', 1],
      ['dnsteer_pool_health{health="down",pool="eu",zone="example.com"}', 1],
      ['dnsteer_pool_health{health="unchecked",pool="static",zone="example.com"}', 1],
    ],
  );
  assert.equal(value('dnsteer_process_resident_memory_bytes{index="1",kind="sandbox"}'), 40_000_000);
  assert.equal(families.get('dnsteer_decision_seconds')?.samples.get('dnsteer_decision_seconds_count{}'), 2);
  assert.ok(
    families
      .get('dnsteer_build_info')
      ?.samples.has(`dnsteer_build_info{node="${process.version}",version="1.2.3"}`),
  );
});

test('Alive is told from ready', async () => {
  notReady = ['1 of 2 answer processes listens', 'Zone example.com is being loaded'];
  assert.equal((await ask('/healthz')).status, 200);
  const waiting = await ask('/readyz');
  assert.equal(waiting.status, 503);
  assert.equal(waiting.body, `${notReady.join('\n')}\n`);
  notReady = [];
  assert.equal((await ask('/readyz')).status, 200);
});

test('Status is JSON, and never stored', async () => {
  const { status, headers, body } = await ask('/api/status');
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^application\/json/);
  assert.equal(headers['cache-control'], 'no-store');
  const parsed = JSON.parse(body) as Status;
  assert.equal(parsed.version, '1.2.3');
  assert.equal(parsed.zones[0]?.loadedAt, '2026-11-23T00:00:00.000Z');
  assert.equal(parsed.uptimeSeconds >= 90, true);
});

test('A quarantine is shown as such, of whichever process it is', async () => {
  const [zone] = fakeStats(101, 0).zones;
  assert.ok(zone);
  const quarantined = { ...fakeStats(101, 0), zones: [{ ...zone, breaker: 'quarantined' as const }] };
  const stats = () => Promise.resolve([quarantined, fakeStats(100, 0)]);
  const other = await startAdmin({ listen: LOOPBACK, source: fakeSource({ stats }), log });
  const at = async (path: string) => (await askAt(new URL(path, other.url))).body;
  const status = JSON.parse(await at('/api/status')) as Status;
  assert.equal(status.zones[0]?.breaker, 'quarantined');
  assert.match(await at('/metrics'), /^dnsteer_policy_quarantined\{zone="example.com"\} 1$/m);
  assert.match(await at('/'), />live, quarantined$/m);
  await other.close();
});

test('A question for an explanation is checked, completed and passed on', async () => {
  const { status, body } = await ask('/api/explain?name=WWW.example.com&from=203.0.113.0/24&country=de');
  assert.equal(status, 200);
  assert.deepEqual(source.asked.at(-1), {
    name: 'www.example.com.',
    type: 'A',
    from: '203.0.113.0/24',
    facts: { country: 'DE' },
  });
  assert.equal((JSON.parse(body) as { ecsScope: number }).ecsScope, 24);
  assert.equal((await ask('/api/explain?name=example.com&type=type65280')).status, 200);
  assert.equal(source.asked.at(-1)?.type, 'TYPE65280');
});

for (const [query, complaint] of [
  ['', /^A name is needed/],
  ['name=a..b', /has an empty label/],
  ['name=example.com&type=NONSENSE', /^Type "NONSENSE" is not known/],
  ['name=example.com&from=here', /is neither an address nor a network/],
  ['name=example.com&country=Germany', /is no code of two letters/],
  ['name=example.com&down=', /^A pool that is supposed down or up needs its name/],
  [`name=example.com${'&down=eu'.repeat(65)}`, /^64 pools can be supposed/],
  ['name=example.com&at=tomorrow', /^"tomorrow" is no moment; write it as in/],
  ['name=example.com&at=2026-02-30', /there is no such date/],
  ['name=example.com&seed=-1', /^Seed "-1" is no whole number from 0 to 4294967295$/],
  ['name=example.com&seed=4294967296', /^Seed "4294967296" is no whole number/],
] as const) {
  test(`A wrong question is refused: ${query || 'none'}`, async () => {
    const { status, body } = await ask(`/api/explain?${query}`);
    assert.equal(status, 400);
    assert.match((JSON.parse(body) as { error: string }).error, complaint);
  });
}

test('What a question assumes is read and passed on, and told where it cannot be', async () => {
  const at = encodeURIComponent('2026-12-24 23:00 Europe/Berlin');
  const { status } = await ask(
    `/api/explain?name=example.com&down=eu&down=other.example/fra&up=us&at=${at}&seed=7`,
  );
  assert.equal(status, 200);
  assert.deepEqual(source.asked.at(-1)?.asIf, {
    down: ['eu', 'other.example/fra'],
    up: ['us'],
    at: '2026-12-24T22:00:00.000Z',
    seed: 7,
  });
  const strict = fakeSource({ explain: () => Promise.resolve(fail('example.com has no pool "eu"')) });
  const other = await startAdmin({ listen: LOOPBACK, source: strict, log });
  try {
    const refused = await fetch(new URL('/api/explain?name=example.com&down=eu', other.url));
    assert.equal(refused.status, 400);
    assert.deepEqual(await refused.json(), { error: 'example.com has no pool "eu"' });
  } finally {
    await other.close();
  }
});

test('Without an answer process there is no explanation', async () => {
  const silent = fakeSource({ explain: () => Promise.resolve(undefined) });
  const other = await startAdmin({ listen: LOOPBACK, source: silent, log });
  assert.equal((await fetch(new URL('/api/explain?name=example.com', other.url))).status, 503);
  await other.close();
});

test('A failure is told without its stack', async () => {
  const broken = fakeSource({ stats: () => Promise.reject(new Error('secret detail')) });
  const other = await startAdmin({ listen: LOOPBACK, source: broken, log });
  const response = await fetch(new URL('/api/status', other.url));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
  await other.close();
});

test('The page shows the state and escapes what it is given', async () => {
  zoneName = '<script>alert("x")</script>';
  const { status, body } = await ask('/');
  zoneName = 'example.com';
  assert.equal(status, 200);
  assert.match(body, /&lt;script&gt;alert\(&quot;x&quot;\)/);
  assert.doesNotMatch(body, /<script/);
  assert.match(body, /us degraded/);
  for (const link of ['/metrics', '/api/status', '/readyz']) assert.ok(body.includes(`href="${link}"`), link);
});

test('A browser may do nothing but show the page', async () => {
  const { headers } = await ask('/');
  assert.match(String(headers['content-security-policy']), /default-src 'none'; style-src 'sha256-[^']+='/);
  assert.equal(headers['x-frame-options'], 'DENY');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['strict-transport-security'], undefined);
});

test('Names of loopback are served, any other Host is refused (DNS rebinding)', async () => {
  const { port } = new URL(admin.url);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    assert.equal((await ask('/healthz', { headers: { host } })).status, 200, host);
  }
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost', `localhost:${Number(port) + 1}`]) {
    assert.equal((await ask('/api/status', { headers: { host } })).status, 403, host);
  }
});

test('Nothing is changed where the state is: only GET and HEAD are allowed', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const { status, headers } = await ask('/api/status', {
      method,
      body: method === 'POST' ? 'x'.repeat(100_000) : '',
    });
    assert.equal(status, 405, method);
    assert.equal(headers.allow, 'GET, HEAD');
  }
  assert.equal((await ask('/api/status', { method: 'HEAD' })).status, 200);
});

test('What is not there is 404, as JSON', async () => {
  const { status, body } = await ask('/api/nothing');
  assert.equal(status, 404);
  assert.deepEqual(JSON.parse(body), { error: 'There is no /api/nothing' });
});

test('Large headers are refused', async () => {
  assert.equal((await ask(`/${'x'.repeat(10_000)}`)).status, 431);
});

test('An address in use is the operator’s to mend', async () => {
  const taken = { address: '127.0.0.1', port: Number(new URL(admin.url).port) };
  await assert.rejects(
    startAdmin({ listen: taken, source, log }),
    (error) =>
      error instanceof DnsteerError &&
      error.code === 'START' &&
      /another program uses this address.*admin\.listen/.test(error.message),
  );
});

test('Closing ends open connections too', async () => {
  const other = await startAdmin({ listen: LOOPBACK, source, log });
  await fetch(new URL('/healthz', other.url));
  await other.close();
  await assert.rejects(fetch(new URL('/healthz', other.url)));
});
