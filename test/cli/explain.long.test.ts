/** `dnsteer explain`, of a running server and without one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import type { Explanation } from '../../runtime/rpc/explanation.ts';
import { fakeSource } from '../admin/fake-source.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: firstHealthy('us', 'eu'),
  hosts: {
    www: (query) => (query.client.country === 'DE' ? firstHealthy('eu', 'us') : 'us'),
    broken: (query) => {
      if (query.client.country === 'DE') throw new Error('Not today');
      return 'us';
    },
  },
});
`;

const SICK = `import { definePolicy, health } from 'dnsteer';
const CHECK = { type: 'tcp', port: 80 } as const;
export default definePolicy({
  pools: { us: { A: '192.0.2.10', check: CHECK }, eu: { A: '198.51.100.20', check: CHECK } },
  fallback: 'us',
  hosts: {
    www: (query) => {
      if (health('eu') !== 'down' || query.time.in('Europe/Berlin').hour !== 23) return 'eu';
      return { TXT: new Date().toISOString() };
    },
  },
});
`;
/** The version before answered something else; the client was found in France, wherever the geo data has it now. */
const RECORDING = [
  { dnsteer: 'recording', format: 1, sample: 1, full: false, began: '2026-06-01T00:00:00.000Z' },
  {
    id: 'q-2',
    at: '2026-06-01T12:00:00.500Z',
    name: 'www.shop.example',
    type: 'A',
    transport: 'udp',
    client: '203.0.113.0/24',
    zone: 'shop.example',
    version: '00000000',
    source: 'policy',
    reads: [['client.country', 'FR']],
    down: ['eu'],
    rcode: 'NOERROR',
    answer: ['www.shop.example. 30 IN A 192.0.2.77'],
    scope: 24,
  },
];

const cwd = testFolder({
  'recording.jsonl': RECORDING.map((line) => `${JSON.stringify(line)}\n`).join(''),
  'policies/sick.example.ts': SICK,
  'policies/shop.example.ts': POLICY,
  'policies/led.example.zone': '@ 300 ALIAS shop.cdn.example.\n',
  'policies/shop.example.zone': 'mail 300 IN A 192.0.2.25\n',
  'policies/bad.example.ts': 'export default {\n',
  'dnsteer.yaml': `admin: { listen: off }\nalias: { resolvers: [192.0.2.53] }\ngeo: { detail: country, overrides: { 203.0.113.0/24: { country: DE } } }\n`,
});

const source = fakeSource();
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, source, log: silentLogger() });
});
after(() => admin.close());

async function offline(...args: string[]): Promise<Explanation> {
  const { code, stdout, stderr } = await dnsteer(['explain', ...args, '--offline', '--json'], { cwd });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Explanation;
}

test('A running server is asked, and its explanation told in plain words', async () => {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host };
  const { code, stdout, stderr } = await dnsteer(['explain', 'www.example.com', 'aaaa', '--country', 'de'], {
    cwd,
    env,
  });
  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.deepEqual(source.asked, [{ name: 'www.example.com.', type: 'AAAA', facts: { country: 'DE' } }]);
  assert.equal(
    stdout,
    `www.example.com. AAAA

Client     203.0.113.0/24 in DE
Zone       example.com (version 1a2b3c4d, policies/example.com.ts)
Decided    by the policy, host "www"
Read       client.country  DE
Plan       firstHealthy(us, eu)
Steering   us  dropped  health: down
           eu  chosen   health: up
Answer     NOERROR
           www.example.com. 30 IN AAAA 198.51.100.20
ECS scope  24: clients that share 24 bits get the same
Time       0.12 ms in the policy, 0.48 ms in all
`,
  );
});

test('A running server is asked although the settings have become wrong, which is told', async () => {
  const wrong = testFolder({ 'dnsteer.yaml': 'lisen: [1]\n' });
  const args = ['explain', 'www.example.com', '--json'];
  const env = { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host };
  const { code, stdout, stderr } = await dnsteer(args, { cwd: wrong, env });
  assert.equal(code, 0);
  assert.match(stderr, /^dnsteer\.yaml:1:1: error: Unknown setting "lisen"$/m);
  assert.equal((JSON.parse(stdout) as Explanation).version, '1a2b3c4d');
  const alone = await dnsteer(args, { cwd: wrong, env: { DNSTEER_ADMIN_LISTEN: '127.0.0.1:1' } });
  assert.equal(alone.code, 1);
  assert.match(alone.stderr, /No dnsteer server is running with its admin server at 127\.0\.0\.1:1$/m);
  const offline = await dnsteer([...args, '--offline'], { cwd: wrong, env });
  assert.deepEqual([offline.code, offline.stdout], [1, '']);
});

test('Without a server the policy is asked here, and it is said that nothing was probed', async () => {
  const { code, stdout, stderr } = await dnsteer(['explain', 'www.shop.example', '--from', '203.0.113.7'], {
    cwd,
  });
  assert.equal(code, 0);
  assert.equal(
    stderr,
    'The admin server is off (admin.listen); this is what one would answer, with every target up\n',
  );
  assert.match(stdout, /^Client +203\.0\.113\.7 in DE, EU$/m);
  assert.match(stdout, /^Read +client\.country +DE$/m);
  assert.match(stdout, /^Plan +firstHealthy\(eu, us\)$/m);
  assert.match(stdout, /^ +www\.shop\.example\. 30 IN A 198\.51\.100\.20$/m);
});

test('Reads, plan, steering, answer and scope are those of the real pipeline', async () => {
  const explanation = await offline('www.shop.example', '--from', '203.0.113.0/24');
  assert.deepEqual(explanation.reads, [['client.country', 'DE']]);
  assert.equal(explanation.source, 'policy');
  assert.equal(explanation.host, 'www');
  assert.equal(explanation.rcode, 'NOERROR');
  assert.equal(explanation.ecsScope, 24);
  assert.deepEqual(
    explanation.steering.map(({ subject, verdict }) => [subject, verdict]),
    [
      ['eu', 'chosen'],
      ['us', 'kept'],
    ],
  );
});

test('Static records need no policy', async () => {
  const { source, answer } = await offline('mail.shop.example');
  assert.equal(source, 'static');
  assert.deepEqual(answer, ['mail.shop.example. 300 IN A 192.0.2.25']);
});

test('A policy that throws is explained by its fallback, and the line that threw', async () => {
  const { source, fallback, answer } = await offline('broken.shop.example', '--country', 'DE');
  assert.equal(source, 'fallback');
  assert.equal(fallback?.reason, 'throw');
  assert.match(fallback?.message ?? '', /Not today/);
  assert.match(fallback?.stack ?? '', /^at policies\/shop\.example\.ts:8:\d+$/);
  assert.deepEqual(answer, ['broken.shop.example. 30 IN A 192.0.2.10']);
});

test('A zone of nobody here is refused, as a client would see it', async () => {
  const { source, rcode, zone } = await offline('www.elsewhere.example');
  assert.deepEqual([source, rcode, zone], ['none', 'REFUSED', undefined]);
});

test('A policy that does not compile is shown with its line', async () => {
  const { code, stderr } = await dnsteer(['explain', 'www.bad.example', '--offline'], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /^policies\/bad\.example\.ts:2:1: error: /);
});

test('Offline an alias leads to what is given, and to nothing else', async () => {
  const given = ['--alias', 'Shop.cdn.example=192.0.2.7,2001:db8::7'];
  const { answer } = await offline('led.example', 'AAAA', ...given);
  assert.deepEqual(answer, ['led.example. 60 IN AAAA 2001:db8::7']);
  assert.equal((await offline('led.example')).rcode, 'SERVFAIL');
  const args = ['explain', 'led.example', '--alias', 'shop.example=192.0.2.7'];
  const live = await dnsteer(args, { cwd });
  assert.match(live.stderr, /--alias goes with --offline/);
  const astray = await dnsteer([...args, '--offline'], { cwd });
  assert.match(astray.stderr, /aliases\["shop\.example"\]: No pool is an alias of it/);
  assert.equal(astray.code, 1);
});

test('Records of DNSSEC are asked for by a flag, and offline it is said that no keys are loaded', async () => {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host };
  assert.equal((await dnsteer(['explain', 'www.example.com', '--dnssec'], { cwd, env })).code, 0);
  assert.deepEqual(source.asked.at(-1), {
    name: 'www.example.com.',
    type: 'A',
    facts: {},
    withRecords: true,
  });
  const signs = { DNSTEER_DNSSEC_ZONES: 'shop.example' };
  const { code, stderr, stdout } = await dnsteer(['explain', 'mail.shop.example', '--offline'], {
    cwd,
    env: signs,
  });
  assert.equal(code, 0);
  assert.equal(
    stderr,
    'The server signs shop.example; offline no keys are loaded, so signatures and proofs are left out\n',
  );
  assert.doesNotMatch(stdout, /^Signed/m);
});

test('What is assumed without a server is so for the policy and for steering, and is told', async () => {
  const at = '2026-12-24 23:00 Europe/Berlin';
  const { code, stdout, stderr } = await dnsteer(
    ['explain', 'www.sick.example', 'TXT', '--down', 'eu', '--at', at, '--seed', '7', '--country', 'DE'],
    { cwd },
  );
  assert.equal(code, 0, stderr);
  assert.equal(
    stderr,
    'The admin server is off (admin.listen); this is what one would answer, with every other target up\n',
  );
  assert.match(stdout, /^As if +eu were down, at 2026-12-24T22:00:00Z, seed 7$/m);
  assert.match(stdout, /^Read +health\.eu +down$/m);
  assert.match(stdout, /^ +time@Europe\/Berlin\.hour +23$/m);
  assert.match(stdout, /^Plan +.*2026-12-24T22:00:00\.000Z/m);
  assert.match(stdout, /^ +www\.sick\.example\. 30 IN TXT "2026-12-24T22:00:00\.000Z"$/m);
});

test('A query that was recorded is explained as it was, with what it got then', async () => {
  const { code, stdout, stderr } = await dnsteer(['explain', '--id', 'q-2', 'recording.jsonl'], { cwd });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  assert.match(stdout, /^As if +at 2026-06-01T12:00:00\.500Z$/m);
  assert.match(stdout, /^Client +203\.0\.113\.0 in FR, EU$/m);
  assert.match(stdout, /^Plan +us$/m);
  assert.match(
    stdout,
    /^Recorded +another answer, by version 00000000:\n +NOERROR\n +www\.shop\.example\. 30 IN A 192\.0\.2\.77$/m,
  );
});
