/** Manifests of teams in a registry with a real folder, esbuild and sandbox: nothing leads around them, and what is live stays. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Counters } from '../../../runtime/answer/counting/counters.ts';
import { memoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import { signingParts } from '../../../runtime/answer/zones/served-signing.ts';
import { buildServedZone, type ServedZone } from '../../../runtime/answer/zones/served-zone.ts';
import { formatDiagnostic } from '../../../runtime/base/diagnostic.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import { preludeBundle } from '../../../runtime/build/prelude-bundle.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import { compilePlan } from '../../../runtime/plan/compile-plan.ts';
import { Registry } from '../../../runtime/registry/registry.ts';
import type { TeamFolders } from '../../../runtime/registry/teams/team-folders.ts';
import type { ZoneUpdate } from '../../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../../runtime/runner/sandbox.ts';
import { atEnd } from '../../support/at-end.ts';
import { type Folder, makeFolder } from '../../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../../support/policy-settings.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

const SERVERS = [{ name: 'ns1.dns.example', addresses: [] }];
const settingsWith = (teams: TeamFolders) => ({
  zone: { ...ZONE_SETTINGS, nameServers: SERVERS },
  policy: POLICY_SETTINGS,
  teams,
});

interface Options {
  readonly prepare?: (folder: Folder) => void;
  readonly teams?: TeamFolders;
  readonly folder?: Folder;
}

async function running(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  { prepare, teams = {}, folder = makeFolder(context, files) }: Options = {},
) {
  prepare?.(folder);
  const served: ZoneUpdate[] = [];
  const registry = new Registry({
    version: '0',
    root: folder.root,
    lastGood: path.join(folder.parent, 'last-good'),
    settings: settingsWith(teams),
    sandbox,
    log: silentLogger(),
    onUpdate: (put) => void served.push(...put),
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  const told = (zone: string): string => {
    const problems = registry.status().flatMap((one) => (one.zone === zone ? one.problems : []));
    return problems.map(formatDiagnostic).join('\n').replaceAll(folder.root, 'policies');
  };
  const states = (zone: string) =>
    registry.status().flatMap((one) => (one.zone === zone ? [[one.state, one.version !== undefined]] : []));
  const last = (zone: string) => served.findLast((update) => update.zone === zone);
  return { ...folder, registry, served, told, states, last };
}

/** The zone as answer processes build it of what control sends, which is JSON but for octets. */
function answering(update: ZoneUpdate): ServedZone {
  const { policy = assert.fail() } = update;
  const { manifest, script: _script, targets, ...rest } = policy;
  const sent = { ...JSON.parse(JSON.stringify(rest)), manifest, targets: Float64Array.from(targets.keys()) };
  const memory = memoSpace({ leaves: 0, policyMemory: 1, memory: 1, packets: 0 });
  const context = { health: new HealthTable(), counters: new Counters(), memory, signing: signingParts(1) };
  return buildServedZone({ ...update, policy: sent }, context);
}

const TEAM = `zones: [pay.example, "*.pay.example"]
names: ["@", www, "*.app"]
types: [A, AAAA, CNAME, NS, TXT]
addresses: [192.0.2.0/24]
targets: ["*.cdn.example", "*.pay.example"]
budget: 20
`;
const POLICY = (body: string, more = '') =>
  `import { cname, definePolicy, firstHealthy, rotate } from 'dnsteer';\n${more}export default definePolicy({\n${body}\n});\nvoid [cname, firstHealthy, rotate];\n`;
const SOUND = POLICY("  fallback: { A: ['192.0.2.1'] },\n  hosts: { www: () => ({ A: ['192.0.2.2'] }) },");

const BEYOND: [string, Record<string, string>, RegExp][] = [
  [
    'an address in a pool',
    {
      'payments/pay.example.ts': POLICY(
        "  pools: { us: {\n    A: [\n      '198.51.100.1',\n    ] } },\n  fallback: 'us', hosts: {},",
      ),
    },
    /pay\.example\.ts:5:\d+: error: pools\.us\.A\[0\]: "198\.51\.100\.1" is beyond "addresses" \(policies\/payments\/_team\.yaml:4\)/,
  ],
  [
    'a snippet of another folder',
    {
      'payments/pay.example.ts': POLICY(
        '  fallback: { A: FAR }, hosts: {},',
        "import { FAR } from '../core/snippets/far.js';\n",
      ),
      'core/snippets/far.ts': "export const FAR = ['198.51.100.1'];\n",
    },
    /fallback\.A\[0\]: "198\.51\.100\.1" is beyond "addresses"/,
  ],
  [
    'a host',
    {
      'payments/pay.example.ts': POLICY(
        "  fallback: { A: ['192.0.2.1'] },\n  hosts: {\n    ADMIN: () => ({ A: ['192.0.2.1'] }) },",
      ),
    },
    /pay\.example\.ts:5:\d+: error: hosts\.ADMIN: "admin\.pay\.example\." is beyond "names" \(policies\/payments\/_team\.yaml:2\)/,
  ],
  [
    'a wildcard',
    {
      'payments/pay.example.ts': POLICY(
        "  fallback: { A: ['192.0.2.1'] }, hosts: { '*': () => ({ A: ['192.0.2.1'] }) },",
      ),
    },
    /"\*\.pay\.example\." is beyond "names"/,
  ],
  [
    'an alias in a constant plan',
    {
      'payments/pay.example.ts': POLICY(
        "  fallback: { A: ['192.0.2.1'] }, hosts: { www: cname('Evil.Example') },",
      ),
    },
    /hosts\.www: "evil\.example\." is beyond "targets" \(policies\/payments\/_team\.yaml:5\)/,
  ],
  [
    'an alias in a nested fallback',
    {
      'payments/pay.example.ts': POLICY(
        "  pools: { us: { A: ['192.0.2.1'] } },\n  fallback: firstHealthy(rotate('us'), cname('evil.example')), hosts: {},",
      ),
    },
    /"evil\.example\." is beyond "targets"/,
  ],
  [
    'a record of another type',
    {
      'payments/pay.example.ts': POLICY(
        "  fallback: { A: ['192.0.2.1'] }, hosts: {}, records: { www: { TYPE65280: ['\\\\\\\\# 1 00'] } },",
      ),
    },
    /"TYPE65280" is beyond "types"/,
  ],
  [
    'a budget',
    { 'payments/pay.example.ts': POLICY("  budget: 21,\n  fallback: { A: ['192.0.2.1'] }, hosts: {},") },
    /pay\.example\.ts:3:\d+: error: budget: "21" is beyond "budget" \(policies\/payments\/_team\.yaml:6\)/,
  ],
  [
    'a mapped address in a zone file',
    { 'payments/pay.example.zone': 'www AAAA ::ffff:192.0.2.1\nwww AAAA ::ffff:198.51.100.1\n' },
    /pay\.example\.zone:2:\d+: error: "::ffff:198\.51\.100\.1" is beyond "addresses" \(policies\/payments\/_team\.yaml:4\)/,
  ],
  [
    'another origin in a zone file',
    { 'payments/pay.example.zone': '$ORIGIN admin.PAY.example.\nwww A 192.0.2.1\n' },
    /pay\.example\.zone:2:\d+: error: "www\.admin\.pay\.example\." is beyond "names"/,
  ],
  [
    'a file of another folder, included',
    {
      'payments/pay.example.zone': '$INCLUDE ../core/far.inc www\n',
      'core/far.inc': '@ A 192.0.2.1\n\n@ TYPE1 \\# 4 c6336401\n',
    },
    /core\/far\.inc:3:\d+: error: "198\.51\.100\.1" is beyond "addresses"/,
  ],
  [
    'a relative target',
    { 'payments/pay.example.zone': '$ORIGIN evil.\n$ORIGIN pay.example.\nwww CNAME Web.Evil.\n' },
    /"web\.evil\." is beyond "targets"/,
  ],
  [
    'a generated name',
    { 'payments/pay.example.zone': '$GENERATE 1-2 h$ A 192.0.2.$\n' },
    /"h1\.pay\.example\." is beyond "names"/,
  ],
];

test('What is beyond a manifest is refused at its line, with the line of the manifest; what is live stays', async (context) => {
  const { registry, write, remove, told, states, last } = await running(context, {
    'payments/_team.yaml': TEAM,
    'payments/pay.example.ts': SOUND,
  });
  assert.deepEqual(states('pay.example'), [['live', true]], told('pay.example'));
  const before = last('pay.example') ?? assert.fail();
  assert.equal(before.policy?.limits?.length, 1, 'the limits travel with the version');
  const { planContext } = answering(before).attachment.policy?.hosts[0] ?? assert.fail();
  const decided = compilePlan({ kind: 'cname', target: 'evil.example' }, planContext);
  assert.match(decided.ok ? '' : decided.problem, /^"evil\.example\." is beyond "targets" \(/);
  assert.ok(compilePlan({ kind: 'cname', target: 'eu.cdn.example' }, planContext).ok);
  for (const [what, files, expected] of BEYOND) {
    for (const [file, text] of Object.entries(files)) write(file, text);
    await registry.reload();
    assert.match(told('pay.example'), expected, what);
    assert.deepEqual(states('pay.example'), [['degraded', true]], what);
    assert.equal(last('pay.example'), before, what);
    for (const file of Object.keys(files)) remove(file);
    write('payments/pay.example.ts', SOUND);
  }
  await registry.reload();
  assert.deepEqual(states('pay.example'), [['live', true]]);
});

test('What a handler returns is bound as well: a sample that is beyond keeps the version from going live', async (context) => {
  const { registry, write, told, last } = await running(context, {
    'payments/_team.yaml': TEAM,
    'payments/pay.example.ts': SOUND,
  });
  const before = last('pay.example');
  for (const decision of [
    "cname('evil.example')",
    "{ AAAA: ['2001:db8::1'] }",
    "{ MX: ['10 www.pay.example'] }",
  ]) {
    write(
      'payments/pay.example.ts',
      POLICY(
        `  fallback: { A: ['192.0.2.1'] }, hosts: { www: () => (${decision}) }, // so that it is not shorter`,
      ),
    );
    await registry.reload();
    assert.match(
      told('pay.example'),
      /Host "www" fails for .* is beyond "\w+" \(policies\/payments\/_team\.yaml/,
    );
    assert.equal(last('pay.example'), before);
  }
});

test('A zone that a folder may not serve is not claimed there, whichever folder is the first', async (context) => {
  const { told, states, last } = await running(context, {
    'alpha/_team.yaml': 'zones: [alpha.example]\n',
    'alpha/pay.example.zone': 'www A 198.51.100.1\n',
    'alpha/login.PAY.example.zone': 'www A 198.51.100.1\n',
    'payments/_team.yaml': TEAM,
    'payments/pay.example.zone': 'www A 192.0.2.1\n',
  });
  assert.deepEqual(
    states('pay.example').sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    [
      ['live', true],
      ['refused-newcomer', false],
    ],
  );
  assert.match(
    told('pay.example'),
    /alpha\/pay\.example\.zone: error: Zone "pay\.example\." is beyond "zones" \(policies\/alpha\/_team\.yaml:1\)/,
  );
  assert.deepEqual(
    states('login.pay.example'),
    [['refused-newcomer', false]],
    'its names stay those of the zone above',
  );
  assert.equal(last('login.pay.example'), undefined);
});

test('No link leads around a manifest, in either direction', async (context) => {
  const far = 'www A 198.51.100.1\n';
  const { told } = await running(
    context,
    { 'payments/_team.yaml': TEAM, 'payments/sub/a.pay.example.zone': far, 'core/b.pay.example.zone': far },
    {
      prepare: ({ root }) => {
        symlinkSync('payments/sub', path.join(root, 'aaa'));
        symlinkSync('../core/b.pay.example.zone', path.join(root, 'payments/b.pay.example.zone'));
        symlinkSync('../core', path.join(root, 'payments/core'));
        symlinkSync('payments/sub/a.pay.example.zone', path.join(root, 'c.pay.example.zone'));
      },
    },
  );
  // The first folder that claims a zone has it: aaa, core, and the policies folder itself.
  assert.match(told('a.pay.example'), /aaa\/a\.pay\.example\.zone:1:\d+: error: "198\.51\.100\.1" is beyond/);
  assert.match(told('c.pay.example'), /"198\.51\.100\.1" is beyond "addresses"/);
  assert.match(
    told('b.pay.example'),
    /Zone b\.pay\.example is served by policies\/core\/b\.pay\.example\.zone already/,
  );
});

test('Manifests of all folders on the way apply, and so do the settings', async (context) => {
  const files = {
    '_team.yaml': 'types: [A, AAAA, TXT]\n',
    'payments/_team.yaml': 'types: [A, TXT, MX]\n',
    'payments/eu/pay.example.zone': 'www A 192.0.2.1\n',
  };
  const { registry, write, told, states } = await running(context, files);
  assert.deepEqual(states('pay.example'), [['live', true]], told('pay.example'));
  for (const [record, where] of [
    ['AAAA 2001:db8::1', /policies\/payments\/_team\.yaml:1/],
    ['MX 10 .', /policies\/_team\.yaml:1/],
  ] as const) {
    write('payments/eu/pay.example.zone', `www ${record}\n`);
    await registry.reload();
    assert.match(told('pay.example'), where);
  }
  write('payments/eu/pay.example.zone', 'www TXT x\n');
  await registry.reload(settingsWith({ './payments/': { types: ['A'] } }));
  assert.match(told('pay.example'), /"TXT" is beyond "types" \(the setting teams\.payments\.types\)/);
  assert.deepEqual(registry.warnings, []);
  await registry.reload(settingsWith({ paymets: { types: ['A'] } }));
  assert.match(
    registry.warnings.join(),
    /names the folder "paymets", and the policies folder has no files there/,
  );
});

test('A changed manifest is an input of each policy of its folder, and a broken one changes nothing that is live', async (context) => {
  const { registry, write, remove, told, states, last, served } = await running(context, {
    'payments/_team.yaml': TEAM,
    'payments/pay.example.ts': SOUND,
  });
  const first = last('pay.example');
  write('payments/_team.yaml', TEAM.replace('192.0.2.0/24', '192.0.2.0/30'));
  await registry.reload();
  const second = last('pay.example');
  assert.notEqual(second?.version, first?.version, 'answer processes get the new limits');
  write('payments/_team.yaml', TEAM.replace('192.0.2.0/24', '198.51.100.0/24'));
  await registry.reload();
  assert.match(told('pay.example'), /"192\.0\.2\.1" is beyond "addresses"/);
  assert.equal(last('pay.example'), second);
  write('payments/_team.yaml', `${TEAM}typos: [A]\n`);
  write('payments/pay.example.ts', `// changed\n${SOUND}`);
  write('payments/new.pay.example.ts', SOUND);
  await registry.reload();
  assert.match(told('pay.example'), /policies\/payments\/_team\.yaml:7:1: error: Unknown key "typos"/);
  assert.equal(last('pay.example'), second);
  assert.deepEqual(states('pay.example'), [['degraded', true]]);
  const newcomer = last('new.pay.example');
  assert.ok(newcomer === undefined || newcomer.broken !== undefined, 'nothing is served of a newcomer');
  write('payments/_team.yml', TEAM);
  remove('payments/_team.yaml');
  await registry.reload();
  assert.match(told('pay.example'), /_team\.yml: error: The manifest has another name.*Name it _team\.yaml/s);
  assert.equal(last('pay.example'), second);
  remove('payments/_team.yml');
  await registry.reload();
  assert.deepEqual(states('pay.example'), [['live', true]], 'without a manifest all is allowed');
  assert.equal(last('pay.example')?.policy?.limits, undefined);
  assert.ok(served.length > 2);
});

test('After a restart with a broken manifest, the last good version is served under the limits that it had', async (context) => {
  const files = { 'payments/_team.yaml': TEAM, 'payments/pay.example.ts': SOUND };
  const before = await running(context, files);
  const { policy } = before.last('pay.example') ?? assert.fail();
  await before.registry.stop();
  before.write('payments/_team.yaml', 'types: [\n');
  const again = await running(context, {}, { folder: before });
  assert.equal(again.last('pay.example')?.broken, undefined);
  assert.deepEqual(again.last('pay.example')?.policy?.limits, policy?.limits);
  assert.match(again.told('pay.example'), /_team\.yaml:\d+:\d+: error/);
  await again.registry.stop();
  before.write('payments/_team.yaml', TEAM.replace('192.0.2.0/24', '192.0.2.0/30'));
  const sound = await running(context, {}, { folder: before });
  assert.deepEqual(sound.states('pay.example'), [['live', true]]);
  const [limits] = sound.last('pay.example')?.policy?.limits ?? [];
  assert.deepEqual(limits?.addresses?.allowed, ['192.0.2.0/30'], 'no proof of another manifest counts');
});
