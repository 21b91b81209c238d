/** The registry with a real folder, esbuild and sandbox: what is handed on, and when. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { cpSync, renameSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { RegisteredZone } from '../../runtime/registry/zone-status.ts';
import type { RegistrySettings } from '../../runtime/registry/zone-version.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { atEnd } from '../support/at-end.ts';
import { type Folder, makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';
import { manifestIn } from '../support/sent-manifest.ts';
import { rrsetsOf } from '../support/zone-update.ts';

const SETTINGS: RegistrySettings = {
  zone: {
    ...ZONE_SETTINGS,
    nameServers: [{ name: 'ns1.dns.example', addresses: [] }],
    contact: 'hostmaster.dns.example',
  },
  policy: POLICY_SETTINGS,
};

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

interface Burst {
  readonly put: readonly ZoneUpdate[];
  readonly drop: readonly string[];
}

interface Running extends Folder {
  readonly registry: Registry;
  readonly bursts: Burst[];
  /** Zones that were told of before they were loaded, by load. */
  readonly expected: string[][];
  readonly targets: Map<string, readonly string[]>;
  /** The next burst; ask before what causes it. */
  readonly next: () => Promise<Burst>;
  readonly status: (zone: string) => RegisteredZone;
  /** Problems of a zone as an operator reads them. */
  readonly told: (zone: string) => string;
}

async function running(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  prepare: (folder: Folder) => void = () => {},
): Promise<Running> {
  const folder = makeFolder(context, files);
  prepare(folder);
  const events = new EventEmitter();
  const bursts: Burst[] = [];
  const expected: string[][] = [];
  const targets = new Map<string, readonly string[]>();
  const registry = new Registry({
    version: '0',
    root: folder.root,
    settings: SETTINGS,
    sandbox,
    log: silentLogger(),
    onExpected: async (zones) => void expected.push([...zones].sort()),
    onUpdate: (put, drop) => {
      bursts.push({ put, drop });
      events.emit('burst', { put, drop });
    },
    onTargets: (zone, all) =>
      targets.set(
        zone,
        all.map(({ id }) => id),
      ),
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  const next = async (): Promise<Burst> => {
    const [burst] = (await once(events, 'burst')) as [Burst];
    return burst;
  };
  const status = (zone: string): RegisteredZone => {
    const found = registry
      .status()
      .find((entry) => entry.zone === zone && entry.state !== 'refused-newcomer');
    assert.ok(found, `${zone} has a status`);
    return found;
  };
  const told = (zone: string): string =>
    status(zone).problems.map(formatDiagnostic).join('\n').replaceAll(folder.root, 'policies');
  return { ...folder, registry, bursts, expected, targets, next, status, told };
}

function policy(address: string, extra = ''): string {
  return `import { definePolicy } from 'dnsteer';
${extra}
export default definePolicy({ fallback: { A: ['${address}'] }, hosts: { www: () => ({ A: ['${address}'] }) } });
`;
}

/** The zones handed on, sorted. */
function names(burst: Burst | undefined): string[] {
  return (burst?.put ?? []).map(({ zone }) => zone).sort();
}

test('Zones of a large folder are handed on before all are done', async (context) => {
  const files = Array.from({ length: 120 }, (_, index) => [`z${index}.example.zone`, '@ A 192.0.2.3\n']);
  const { bursts, status } = await running(context, Object.fromEntries(files));
  assert.ok(bursts.length > 1, `${bursts.length} bursts`);
  const zones = bursts.flatMap(names);
  assert.equal(new Set(zones).size, 120);
  assert.equal(zones.length, 120);
  assert.equal(status('z119.example').state, 'live');
});

test('All zones of the folder are handed on at once, each complete', async (context) => {
  const { bursts, registry } = await running(context, {
    'example.com.ts': policy('192.0.2.1'),
    'team/example.net.ts': policy('192.0.2.2'),
    'example.org.zone': '@ A 192.0.2.3\n',
  });
  assert.equal(bursts.length, 1);
  assert.deepEqual(names(bursts[0]), ['example.com', 'example.net', 'example.org']);
  const update = bursts[0]?.put.find(({ zone }) => zone === 'example.com');
  assert.match(update?.version ?? '', /^[0-9a-f]{8}$/);
  assert.deepEqual(
    rrsetsOf(update).map(({ owner, type }) => `${nameToText(owner)} ${type}`),
    [`example.com. ${RRTYPE.SOA}`, `example.com. ${RRTYPE.NS}`],
  );
  assert.equal(update?.policy?.budgetMs, 5);
  assert.equal(update?.policy?.deadlineMs, 50);
  assert.deepEqual(
    manifestIn(update).hosts.map(({ key }) => key),
    ['www'],
  );
  assert.deepEqual(
    registry.status().map(({ zone, state, problems }) => `${zone} ${state} ${problems.length}`),
    ['example.com live 0', 'example.net live 0', 'example.org live 0'],
  );
});

test('A changed policy is handed on alone, and under another version', async (context) => {
  const { write, next, bursts } = await running(context, {
    'example.com.ts': policy('192.0.2.1'),
    'example.net.ts': policy('192.0.2.1'),
  });
  const burst = next();
  write('example.com.ts', policy('192.0.2.9'));
  assert.deepEqual(names(await burst), ['example.com']);
  const [before, now] = bursts.map(({ put }) => put.find(({ zone }) => zone === 'example.com')?.version);
  assert.notEqual(before, now);
});

test('A changed snippet makes exactly its importers anew, in one burst', async (context) => {
  const extra = "import { x } from './snippets/x.ts';\nvoid x;";
  const { write, next } = await running(context, {
    'a.example.ts': policy('192.0.2.1', extra),
    'b.example.ts': policy('192.0.2.1', "import './snippets/y.ts';"),
    'c.example.ts': policy('192.0.2.1'),
    'd.example.ts': policy('192.0.2.1'),
    'snippets/x.ts': 'export const x = 1;',
    'snippets/y.ts': "import { x } from './x.ts';\nglobalThis.y = x;",
  });
  const burst = next();
  write('snippets/x.ts', 'export const x = Number("2");');
  assert.deepEqual(names(await burst), ['a.example', 'b.example']);
});

test('A comment makes no new version', async (context) => {
  const { write, registry, bursts } = await running(context, { 'example.com.ts': policy('192.0.2.1') });
  write('example.com.ts', policy('192.0.2.1', '// Nothing to see here.'));
  await registry.reload();
  assert.equal(bursts.length, 1);
});

test('A policy whose import is missing is made once the file is there', async (context) => {
  const { write, next, status, told } = await running(context, {
    'example.com.ts': policy('192.0.2.1', "import './snippets/late.ts';"),
  });
  assert.equal(status('example.com').state, 'broken');
  assert.match(told('example.com'), /example\.com\.ts:2:8: error: .*there is no such file/);
  const burst = next();
  write('snippets/late.ts', 'export {};');
  const { put } = await burst;
  assert.equal(put[0]?.broken, undefined);
  assert.ok(put[0]?.policy);
  assert.equal(status('example.com').state, 'live');
});

const BAD: readonly (readonly [what: string, text: string, expected: RegExp])[] = [
  [
    'does not parse',
    policy('192.0.2.1', 'const = 1;'),
    /example\.com\.ts:2:7: error: [^\n]+\n {4}const = 1;\n {10}\^/,
  ],
  [
    'throws at its top level',
    policy('192.0.2.1', "throw new Error('at once');"),
    /example\.com\.ts:2:7: error: .*at once/,
  ],
  [
    'never ends its top level',
    policy('192.0.2.1', 'for (;;);'),
    /example\.com\.ts:2:1: error: Does not load: /,
  ],
  ['is no policy', 'export default 7;\n', /example\.com\.ts.*: error: /],
  ['declares nonsense', policy('not-an-address'), /example\.com\.ts:3:43: error: fallback\.A\[0\]: /],
  [
    'fails for a client',
    policy('192.0.2.1').replace('() => (', "(q) => q.client.country === 'JP' ? null.x : ("),
    /example\.com\.ts:3:\d+: error: Host "www" fails for a client in JP \(IPv4\) asking for A: /,
  ],
  [
    'answers nonsense',
    policy('192.0.2.1').replace('() => (', '() => 7 ?? ('),
    /error: Host "www" fails for /,
  ],
];

for (const [what, text, expected] of BAD) {
  test(`A new version that ${what} leaves the live one in place`, async (context) => {
    const { write, registry, status, told, bursts } = await running(context, {
      'example.com.ts': policy('192.0.2.1'),
    });
    write('example.com.ts', text);
    await registry.reload();
    assert.equal(bursts.length, 1, 'nothing is handed on');
    assert.equal(status('example.com').state, 'degraded');
    assert.equal(registry.failures, 1);
    assert.equal(status('example.com').version, bursts[0]?.put[0]?.version);
    assert.match(told('example.com'), expected);
    write('example.com.ts', policy('192.0.2.1'));
    await registry.reload();
    assert.equal(status('example.com').state, 'live');
    assert.equal(bursts.length, 1, 'what was live is live again, and the same');
  });
}

test('A zone none of whose versions ever loaded is announced as broken, with its static records', async (context) => {
  const { bursts, status } = await running(context, {
    'example.com.ts': 'export default',
    'example.com.zone': '@ MX 10 mail\nmail A 192.0.2.5\n',
  });
  const update = bursts[0]?.put[0];
  assert.match(update?.broken ?? '', /Unexpected/);
  assert.equal(update?.lacksPolicy, true);
  assert.equal(update?.policy, undefined);
  assert.deepEqual(
    rrsetsOf(update)
      .map(({ type }) => type)
      .sort((a, b) => a - b),
    [RRTYPE.A, RRTYPE.NS, RRTYPE.SOA, RRTYPE.MX],
  );
  assert.equal(status('example.com').state, 'broken');
});

const NEVER_WHOLE: readonly (readonly [what: string, files: Record<string, string>, withheld: string])[] = [
  [
    'a zone file that does not parse',
    { 'example.com.zone': 'www A 192.0.2.1\nmail A 192.0.2\n' },
    'unsound-records',
  ],
  ['a zone file without records', { 'example.com.zone': '; later\n' }, 'no-records'],
  ['a zone file that is a folder', { 'example.com.zone/x': '' }, 'nothing'],
  [
    'records that contradict each other',
    { 'example.com.zone': 'www A 192.0.2.1\nwww CNAME mail\n' },
    'unsound-records',
  ],
  ['a policy that does not parse', { 'example.com.ts': 'export default' }, 'no-records'],
  [
    'a policy, and a zone file that does not parse',
    { 'example.com.ts': policy('192.0.2.1'), 'example.com.zone': 'w A x\n' },
    'unsound-records',
  ],
];

for (const [what, files, withheld] of NEVER_WHOLE) {
  test(`Of a zone that never loaded no record is vouched for: ${what}`, async (context) => {
    const { bursts } = await running(context, files);
    const [update] = bursts.flatMap(({ put }) => put);
    if (withheld === 'nothing') assert.equal(update, undefined);
    else assert.equal(update?.withheld, withheld);
    const isOfPolicy = files['example.com.ts'] !== undefined && files['example.com.zone'] === undefined;
    assert.equal(update?.lacksPolicy, isOfPolicy ? true : undefined);
  });
}

test('Zones are told of before they are loaded, and those found later as well', async (context) => {
  const { expected, bursts, next, write } = await running(context, {
    'example.com.zone': '@ MX 10 mail\nmail A 192.0.2.5\n',
    'broken.example.ts': 'export default',
  });
  assert.deepEqual(expected, [['broken.example', 'example.com']]);
  for (const file of ['late.example.zone', 'sub.example.com.zone']) {
    const burst = next();
    write(file, '@ A 192.0.2.5\n');
    await burst;
  }
  assert.deepEqual(expected.slice(1), [['late.example']]);
  assert.deepEqual(names(bursts.at(-1)), ['sub.example.com']);
});

test('A policy that fails for some clients is served where there is no better version of it', async (context) => {
  const { bursts, status, told } = await running(context, {
    'example.com.ts': policy('192.0.2.1').replace('() => (', '(q) => q.client.country.length > 9 ? 7 : ('),
  });
  assert.ok(bursts[0]?.put[0]?.policy);
  assert.equal(bursts[0]?.put[0]?.policy?.quarantined, undefined);
  assert.equal(status('example.com').state, 'degraded');
  assert.match(
    told('example.com'),
    /example\.com\.ts:3:\d+: error: Host "www" fails for a client of unknown place/,
  );
});

test('A handler file of old is served as it is', async (context) => {
  const { bursts, registry } = await running(context, {
    'example.com.js': `const { createServer } = require('dnssec-server');
const geoip = require('geoip-lite');
createServer({}, (req, res) => {
  const place = geoip.lookup(req.ecsAddress || req.remoteAddress);
  const address = place && place.country === 'DE' ? '192.0.2.1' : '192.0.2.2';
  res.answers.push({ name: req.questions[0].name, type: 'A', ttl: 60, data: { address } });
  res.send();
});
`,
  });
  assert.deepEqual(
    registry.status().map(({ state, problems }) => [state, problems]),
    [['live', []]],
  );
  // Only such policies have this fallback.
  assert.deepEqual(manifestIn(bursts[0]?.put[0]).fallback, { kind: 'servfail' });
});

test('A policy that hangs for a client is served by its fallback alone, and its neighbours are not touched', async (context) => {
  const { bursts, registry } = await running(context, {
    'hangs.example.ts': policy('192.0.2.1')
      .replace('() => (', '() => { for (;;); return (')
      .replace(') } });', '); } } });'),
    'works.example.ts': policy('192.0.2.1'),
  });
  assert.deepEqual(
    registry.status().map(({ zone, state }) => `${zone} ${state}`),
    ['hangs.example quarantined', 'works.example live'],
  );
  const hanging = bursts[0]?.put.find(({ zone }) => zone === 'hangs.example');
  assert.match(hanging?.policy?.quarantined ?? '', /\w/);
});

test('A deleted file ends its zone; with a .zone file left, only its policy', async (context) => {
  const { remove, next, bursts, targets } = await running(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { a: { A: ['192.0.2.1'], check: { type: 'tcp', port: 80 } } },
  fallback: 'a',
});`,
    'example.net.ts': policy('192.0.2.1'),
    'example.net.zone': '@ A 192.0.2.5\n',
  });
  assert.equal(targets.get('example.com')?.length, 1);
  const burst = next();
  remove('example.com.ts');
  remove('example.net.ts');
  const { put, drop } = await burst;
  assert.deepEqual(drop, ['example.com']);
  assert.deepEqual(
    put.map(({ zone, policy: left }) => [zone, left]),
    [['example.net', undefined]],
  );
  assert.deepEqual(targets.get('example.com'), []);
  assert.equal(bursts.length, 2);
});

test('Of two files for a zone the newcomer is refused by name, and takes over when the first goes', async (context) => {
  const { write, remove, registry, next, bursts, status } = await running(context, {
    'b/example.com.ts': policy('192.0.2.1'),
  });
  write('a/example.com.ts', policy('192.0.2.2'));
  await registry.reload();
  assert.equal(bursts.length, 1);
  const refused = registry.status().find(({ state }) => state === 'refused-newcomer');
  assert.match(refused?.file ?? '', /a\/example\.com\.ts$/);
  assert.match(refused?.problems[0]?.message ?? '', /is served by .*b\/example\.com\.ts already/);
  const burst = next();
  remove('b');
  assert.deepEqual(names(await burst), ['example.com']);
  assert.deepEqual(bursts[1]?.drop, []);
  assert.match(status('example.com').file, /a\/example\.com\.ts$/);
});

test('A burst of changes is handed on as one', async (context) => {
  const files = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`zone${index}.example.ts`, policy('192.0.2.1')]),
  );
  const { write, remove, next, bursts } = await running(context, files);
  const burst = next();
  for (const file of Object.keys(files)) write(file, policy('192.0.2.2'));
  write('new.example.ts', policy('192.0.2.2'));
  remove('zone0.example.ts');
  const { put, drop } = await burst;
  assert.equal(put.length, 8);
  assert.deepEqual(drop, ['zone0.example']);
  assert.equal(bursts.length, 2);
});

test('Moving the whole folder away drops nothing, and its return with changes is one burst', async (context) => {
  const { root, parent, write, registry, next, bursts, status } = await running(context, {
    'example.com.ts': policy('192.0.2.1'),
    'example.net.ts': policy('192.0.2.1'),
  });
  const aside = path.join(parent, 'aside');
  renameSync(root, aside);
  await registry.reload();
  assert.equal(bursts.length, 1);
  assert.equal(status('example.com').state, 'live');
  const fresh = path.join(parent, 'fresh');
  cpSync(aside, fresh, { recursive: true });
  const burst = next();
  write('../fresh/example.net.ts', policy('192.0.2.7'));
  renameSync(fresh, root);
  const { put, drop } = await burst;
  assert.deepEqual([names({ put, drop }), drop], [['example.net'], []]);
});

test('A ConfigMap update changes what it changes, and no versions by its mere names', async (context) => {
  const { root, next } = await running(
    context,
    {
      '..v1/example.com.ts': policy('192.0.2.1'),
      '..v1/example.net.ts': policy('192.0.2.1'),
      '..v2/example.com.ts': policy('192.0.2.1'),
      '..v2/example.net.ts': policy('192.0.2.2'),
    },
    ({ root }) => {
      symlinkSync('..v1', path.join(root, '..data'));
      for (const name of ['example.com.ts', 'example.net.ts'])
        symlinkSync(`..data/${name}`, path.join(root, name));
    },
  );
  const burst = next();
  symlinkSync('..v2', path.join(root, '..data_tmp'));
  renameSync(path.join(root, '..data_tmp'), path.join(root, '..data'));
  const { put, drop } = await burst;
  assert.deepEqual([names({ put, drop }), drop], [['example.net'], []]);
});

test('What a .zone file includes is part of it, and a bad line leaves the live version in place', async (context) => {
  const { write, registry, status, told, bursts } = await running(context, {
    'example.com.zone': '$INCLUDE hosts.inc\n',
    'hosts.inc': 'www A 192.0.2.1\n',
  });
  write('hosts.inc', 'www A 192.0.2.999\n');
  await registry.reload();
  assert.equal(bursts.length, 1);
  assert.equal(status('example.com').state, 'degraded');
  assert.match(told('example.com'), /hosts\.inc:1:\d+: error: /);
  write('hosts.inc', 'www A 192.0.2.2\n');
  await registry.reload();
  assert.equal(bursts.length, 2);
});

test('The serial grows with each change of static records, and with no other', async (context) => {
  const { write, registry, bursts } = await running(context, {
    'example.com.ts': policy('192.0.2.1'),
    'example.com.zone': 'www2 A 192.0.2.1\n',
  });
  const serial = (): number => {
    const soa = rrsetsOf(bursts.at(-1)?.put[0]).find(({ type }) => type === RRTYPE.SOA);
    return soaFromRdata(soa?.rdatas[0] ?? new Uint8Array())?.serial ?? 0;
  };
  const first = serial();
  assert.ok(Math.abs(first - Date.now() / 1000) < 60, 'seconds since 1970');
  write('example.com.ts', policy('192.0.2.2'));
  await registry.reload();
  assert.equal(serial(), first);
  for (const last of [2, 3]) {
    const before = serial();
    write('example.com.zone', `www2 A 192.0.2.${last}\n`);
    await registry.reload();
    assert.ok(serial() > before);
  }
  assert.equal(bursts.length, 4);
});

test('Other settings change every zone that goes by them', async (context) => {
  const { registry, bursts } = await running(context, { 'example.com.ts': policy('192.0.2.1') });
  await registry.reload({ ...SETTINGS, policy: { ...SETTINGS.policy, budget: 9 } });
  assert.equal(bursts[1]?.put[0]?.policy?.budgetMs, 9);
  await registry.reload();
  assert.equal(bursts.length, 2);
});

/** Checks as many addresses, each every second. */
function checked(count: number): string {
  const pools = Array.from({ length: Math.ceil(count / 200) }, (_, pool) => {
    const left = Math.min(200, count - 200 * pool);
    const addresses = Array.from({ length: left }, (_, index) => `10.${count % 250}.${pool}.${index}`);
    return `p${pool}: { A: ${JSON.stringify(addresses)}, check: { type: 'tcp', port: 80, interval: 1 } }`;
  });
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({ pools: { ${pools.join(', ')} }, fallback: 'p0', hosts: { www: 'p0' } });
`;
}

test('A version that would have too much probed is refused, and the live one stays with its checks', async (context) => {
  const { write, targets, status, told, registry, next } = await running(context, {
    'big.example.ts': checked(1500),
    'small.example.ts': checked(400),
  });
  assert.deepEqual([status('big.example').state, status('small.example').state], ['live', 'live']);
  write('small.example.ts', checked(501));
  await registry.reload();
  assert.equal(status('small.example').state, 'degraded');
  assert.match(
    told('small.example'),
    /^policies\/small\.example\.ts: error: Health checks .* come to 2001 probes a second, 501 .* 2000 .* of big\.example: 1500\n {2}Probe less often/,
  );
  assert.equal(targets.get('small.example')?.length, 400);
  const freed = next();
  write('big.example.ts', checked(1499));
  await freed;
  await registry.reload();
  assert.equal(status('small.example').state, 'live', 'once there is room, it is tried again when asked to');
  assert.equal(targets.get('small.example')?.length, 501);
});

test('A stack from a sandbox leads to the file of the version it is of', async (context) => {
  const { registry, bursts, root } = await running(context, { 'example.com.ts': policy('192.0.2.1') });
  const { version, policy: served } = bursts[0]?.put[0] ?? {};
  const line = (served?.script.split('\n') ?? []).findIndex((row) => row.includes('192.0.2.1')) + 1;
  const trace = { stack: `Error: x\n    at www (policy.js:${line}:20)`, keys: [] };
  assert.deepEqual(
    registry.locate('example.com', version ?? '', trace)?.file,
    path.join(root, 'example.com.ts'),
  );
  assert.equal(registry.locate('example.com', '00000000', trace), undefined);
});

test('A folder of policies that is moved in is served', async (context) => {
  const { next, root } = await running(context, {});
  const team = makeFolder(context, { 'pay.example.ts': policy('192.0.2.1'), 'snippets/x.ts': '' });
  const burst = next();
  renameSync(team.root, path.join(root, 'payments'));
  assert.deepEqual(names(await burst), ['pay.example']);
});

test('A file that looks like one of a zone is told of once', async (context) => {
  const warnings: unknown[] = [];
  const log = silentLogger();
  context.mock.method(log, 'warn', (text: unknown) => warnings.push(text));
  const { root } = makeFolder(context, { 'db.example.com': 'www A 192.0.2.1\n' });
  const registry = new Registry({
    version: '0',
    root,
    settings: SETTINGS,
    sandbox,
    log,
    onUpdate: () => {},
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  await registry.reload();
  assert.equal(warnings.length, 1);
  assert.match(
    String(warnings[0]),
    /db\.example\.com: warning: .* not served\n {2}Name it example\.com\.zone/,
  );
});

test('A serial that does not go up with a change is told of where the zone has secondaries', async (context) => {
  const zone = (serial: number, address: string) =>
    `$TTL 300\n@ SOA ns.x.example. h.x.example. ${serial} 1 1 1 1\n@ NS ns.x.example.\nwww A ${address}\n`;
  const { registry, write, told } = await running(context, { 's.example.zone': zone(5, '192.0.2.1') });
  const settings = { ...SETTINGS, hasSecondaries: () => true };
  await registry.reload(settings);
  const change = async (serial: number, address: string): Promise<string> => {
    write('s.example.zone', zone(serial, address));
    await registry.reload();
    return told('s.example');
  };
  assert.equal(told('s.example'), '');
  assert.match(await change(5, '192.0.2.2'), /s\.example\.zone: warning: .* its serial is 5 still/);
  assert.equal(await change(6, '192.0.2.3'), '');
  assert.match(await change(4, '192.0.2.4'), /went back from 6 to 4/);
  await registry.reload({ ...SETTINGS, hasSecondaries: () => false });
  assert.equal(await change(4, '192.0.2.5'), '', 'nobody takes the zone from here');
});

test('Files whose times say nothing have another serial at each start, and the author is told', async (context) => {
  const serials: number[] = [];
  let now = 1_795_000_000_000;
  const { root, write } = makeFolder(context);
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    write('t.example.zone', `www 300 A ${address}\n`);
    utimesSync(path.join(root, 't.example.zone'), 1, 1);
    const registry = new Registry({
      version: '0',
      root,
      settings: SETTINGS,
      sandbox,
      log: silentLogger(),
      now: () => now,
      onUpdate: (put) => {
        const soa = rrsetsOf(put[0]).find(({ type }) => type === RRTYPE.SOA);
        serials.push(soaFromRdata(soa?.rdatas[0] ?? new Uint8Array())?.serial ?? 0);
      },
      onTargets: () => {},
    });
    atEnd(context, () => registry.stop());
    await registry.start();
    const [problem] = registry.status()[0]?.problems ?? [];
    assert.match(problem?.message ?? '', /last modified on 1970-01-01/);
    await registry.stop();
    now += 60_000;
  }
  assert.deepEqual(serials, [1_795_000_000, 1_795_000_060]);
});
