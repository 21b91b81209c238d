/** `dnsteer check`: what is wrong, all of it, and nothing that is right. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const GOOD = `import { definePolicy, firstHealthy } from 'dnsteer';
import { EU } from './snippets/regions.ts';

export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: firstHealthy('us', 'eu'),
  hosts: { www: (query) => (EU.has(query.client.country ?? '') ? 'eu' : 'us') },
});
`;
const REGIONS = `export const EU: ReadonlySet<string> = new Set(['DE', 'FR']);\n`;

interface Report {
  readonly ok: boolean;
  readonly zones: readonly { readonly zone: string; readonly hosts: number; readonly pools: number }[];
  readonly types: { readonly checked: boolean; readonly why?: string };
  readonly diagnostics: readonly Diagnostic[];
}

async function report(cwd: string, ...args: string[]): Promise<Report & { readonly code: number }> {
  const { code, stdout, stderr } = await dnsteer(['check', '--json', ...args], { cwd });
  assert.equal(stderr, '');
  return { code, ...(JSON.parse(stdout) as Report) };
}

test('Sound policies and zone files pass, types included', async () => {
  const cwd = testFolder({
    'policies/good.example.ts': GOOD,
    'policies/good.example.zone': 'mail 300 IN A 192.0.2.25\n',
    'policies/snippets/regions.ts': REGIONS,
  });
  const { code, ok, zones, types, diagnostics } = await report(cwd);
  assert.deepEqual(diagnostics, []);
  assert.equal(code, 0);
  assert.equal(ok, true);
  assert.equal(types.checked, true);
  assert.deepEqual(
    zones.map(({ zone, hosts, pools }) => [zone, hosts, pools]),
    [['good.example', 1, 2]],
  );
});

const cwd = testFolder({
  'policies/good.example.ts': GOOD,
  'policies/snippets/regions.ts': `${REGIONS}export const unused: number = 'text';\n`,
  'policies/import.example.ts': `import fs from 'node:fs';\nexport default fs;\n`,
  'policies/syntax.example.ts': 'export default {\n',
  'policies/type.example.ts': GOOD.replace(
    "./snippets/regions.ts'",
    "./snippets/regions.ts';\nconst text: number = 'x'",
  ),
  'policies/throws.example.ts': GOOD.replace('(EU.has', '(missing() || EU.has').concat(
    'function missing(): never { throw new Error("not today"); }\n',
  ),
  'policies/nofallback.example.ts': `import { definePolicy } from 'dnsteer';\nexport default definePolicy({ hosts: {} } as never);\n`,
  'policies/hosts.example.ts': `import { cname, definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: cname('cdn.example.net'),
  hosts: {
    'www.sub': { A: '192.0.2.1' },
    'old.dname': { A: '192.0.2.1' },
    alias: cname('cdn.example.net'),
    decided: () => ({ A: '192.0.2.1' }),
    alone: cname('cdn.example.net'),
  },
});
`,
  'policies/hosts.example.zone':
    '$TTL 60\nsub NS n.example.net.\ndname DNAME @\nalias MX 10 m.example.net.\ndecided TXT x\n',
  'policies/records.example.zone': '@ IN A 192.0.2.400\n',
  'policies/bad name.ts': GOOD,
});

test('Every kind of mistake is found in one go, where it is', async () => {
  const { code, ok, diagnostics } = await report(cwd);
  assert.equal(code, 1);
  assert.equal(ok, false);
  assert.equal(
    diagnostics.find(({ file, line }) => file === 'policies/hosts.example.ts' && line === 5)?.message,
    'Policy host www.sub.hosts.example. is never asked: sub.hosts.example. is delegated (policies/hosts.example.zone:2)',
  );
  const found = diagnostics.map(({ code, file, line }) => `${file}:${line} ${code}`);
  assert.deepEqual(found, [
    'policies/bad name.ts:undefined POLICY_ZONE',
    'policies/hosts.example.ts:5 POLICY_MANIFEST',
    'policies/hosts.example.ts:6 POLICY_MANIFEST',
    'policies/hosts.example.ts:7 POLICY_MANIFEST',
    'policies/hosts.example.ts:8 POLICY_MANIFEST',
    'policies/import.example.ts:1 POLICY_IMPORT',
    'policies/nofallback.example.ts:2 POLICY_LOAD',
    'policies/records.example.zone:1 ZONE_FILE',
    'policies/snippets/regions.ts:2 POLICY_TYPE',
    'policies/syntax.example.ts:2 POLICY_SYNTAX',
    'policies/throws.example.ts:9 POLICY_SAMPLE',
    'policies/type.example.ts:3 POLICY_TYPE',
  ]);
});

test('A policy that keeps something between queries is told so, once, where it is', async () => {
  const stateful = testFolder({
    'policies/good.example.ts': GOOD,
    'policies/snippets/regions.ts': REGIONS,
    'policies/turns.example.ts': `import { definePolicy } from 'dnsteer';

let count = 0;

export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: 'us',
  hosts: {
    steady: () => 'us',
    www: () => (count++ % 3 === 0 ? 'us' : 'eu'),
  },
});
`,
  });
  const { code, stdout, stderr } = await dnsteer(['check', '--no-types'], { cwd: stateful });
  assert.equal(code, 1);
  assert.equal(stdout, '2 zones checked: 1 error\n');
  assert.match(
    stderr,
    /^policies\/turns\.example\.ts:10:5: error: Host "www" answers differently for a client .*\n {4} {4}www: .*\n {8}\^\n {2}Keep nothing between queries, .*\nTypes are not checked/,
  );
});

test('For people, each is shown with its line and a caret, and counted', async () => {
  const { code, stdout, stderr } = await dnsteer(['check'], { cwd });
  assert.equal(code, 1);
  assert.equal(stdout, '8 zones checked: 12 errors\n');
  assert.match(
    stderr,
    /^policies\/type\.example\.ts:3:7: error: Type 'string' is not assignable to type 'number' \(TS2322\)\n {4}const text: number = 'x';\n {10}\^$/m,
  );
});

test('Three mistakes are three errors, each with its caret; a key that is lacking is missed at the policy', async () => {
  const cwd = testFolder({
    'policies/a.example.ts': `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.10' } },
  hosts: {
    www: firstHealthy('us', 'use'),
    api: async () => 'us',
  },
});
`,
  });
  const { stdout, stderr } = await dnsteer(['check'], { cwd });
  assert.equal(stdout, '1 zone checked: 3 errors\n');
  assert.equal(
    stderr,
    `policies/a.example.ts:2:16: error: fallback: Is required; it is the answer when a handler fails, for example firstHealthy(…)
    export default definePolicy({
                   ^
  Add one beside "pools": fallback: firstHealthy('us', 'eu')
policies/a.example.ts:5:29: error: hosts.www: Unknown pool "use"; did you mean "us"?
        www: firstHealthy('us', 'use'),
                                ^
policies/a.example.ts:6:10: error: hosts.api: Handlers are synchronous; this one is AsyncFunction
        api: async () => 'us',
             ^
  Remove "async" and "await": what a handler may know is there when it is called
`,
  );
});

test('What to install for names of Node and of browsers is left out of type errors', async () => {
  const policy = `${GOOD}console.log(process.env);\n`;
  const { diagnostics } = await report(
    testFolder({
      'policies/good.example.ts': policy,
      'policies/snippets/regions.ts': REGIONS,
    }),
  );
  const types = diagnostics.filter(({ code }) => code === 'POLICY_TYPE').map(({ message }) => message);
  assert.deepEqual(types, ["Cannot find name 'console' (TS2584)", "Cannot find name 'process' (TS2591)"]);
});

test('A file alone is checked alone, and a shared one with all that import it', async () => {
  const one = await report(cwd, '--no-types', 'policies/syntax.example.ts');
  assert.deepEqual(
    one.zones.map(({ zone }) => zone),
    ['syntax.example'],
  );
  const shared = await report(cwd, '--no-types', path.join(cwd, 'policies/snippets/regions.ts'));
  assert.deepEqual(shared.zones.map(({ zone }) => zone).sort(), [
    'good.example',
    'throws.example',
    'type.example',
  ]);
});

test('Of zone files alone nothing is said of types, as there are none', async () => {
  const folder = testFolder({
    'policies/plain.example.zone': '$TTL 60\n@ SOA ns1 h 1 7200 600 86400 30\n@ NS ns1\nns1 A 192.0.2.1\n',
  });
  const { code, stdout, stderr } = await dnsteer(['check'], { cwd: folder });
  assert.deepEqual([code, stdout], [0, '1 zone checked: no problems\n']);
  assert.doesNotMatch(stderr, /Types/);
});

test('Types are left alone when told so, and it is said', async () => {
  const { code, stdout, stderr } = await dnsteer(['check', '--no-types', 'policies/type.example.ts'], {
    cwd,
  });
  assert.equal(code, 0);
  assert.equal(stdout, '1 zone checked: no problems\n');
  assert.equal(stderr, 'Types are not checked: --no-types\n');
});

for (const [file, complaint] of [
  ['/etc/hosts', /is not inside the policies folder/],
  [
    'policies/gone.example.ts',
    /policies\/gone\.example\.ts is no policy or zone file, and none of them imports it/,
  ],
] as const) {
  test(`A file that cannot be checked is said to be so: ${file}`, async () => {
    const { code, stderr } = await dnsteer(['check', file], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, complaint);
  });
}

test('A policies folder that is not there is said to be so', async () => {
  const { code, stderr } = await dnsteer(['check'], { cwd: testFolder() });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^error: Cannot read the policies folder \S+: it does not exist \("dnsteer new" makes one/,
  );
});

test('A compiler inside the policies folder is never run: its authors may not run code here', async () => {
  const policies = testFolder({
    'good.example.ts': GOOD,
    'snippets/regions.ts': REGIONS,
    'node_modules/typescript/package.json': '{ "version": "9.0.0" }',
    'node_modules/typescript/bin/tsc': 'console.log("good.example.ts(1,1): error TS1: run")',
  });
  const { diagnostics } = await report(policies, '--policies', '.');
  assert.deepEqual(diagnostics, []);
});

test('A compiler that is too old for policies is not run', async () => {
  const old = testFolder({
    'policies/good.example.ts': GOOD,
    'policies/snippets/regions.ts': REGIONS,
    'node_modules/typescript/package.json': '{ "version": "4.9.5" }',
  });
  const { types } = await report(old);
  assert.deepEqual(types, { checked: false, why: 'TypeScript 4.9.5 is older than 5.7' });
});

test('Records beyond what all pools and plans of a policy may have are an error, with the sum', async () => {
  const cwd = testFolder({
    'policies/big.example.ts': `import { definePolicy } from 'dnsteer';
const texts = Array.from({ length: 250 }, () => '');
const pools = Object.fromEntries(Array.from({ length: 300 }, (_, index) => ['p' + index, { TXT: texts }]));
export default definePolicy({ pools, fallback: { TXT: 'x' } });
`,
  });
  const { code, diagnostics } = await report(cwd, '--no-types');
  assert.equal(code, 1);
  assert.match(
    diagnostics[0]?.message ?? '',
    /^Comes to 75001 values, 9465 more than the 65536 that the pools and plans of one policy may have\. Give/,
  );
});

test('More probes than the server would make are an error of the file that goes beyond, with the sum', async () => {
  const checking = (network: number): string => {
    const addresses = Array.from({ length: 200 }, (_, index) => `10.0.${network}.${index}`);
    return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { all: { A: ${JSON.stringify(addresses)}, check: { type: 'tcp', port: 80, interval: 1 } } },
  fallback: 'all',
  hosts: { www: 'all' },
});
`;
  };
  const cwd = testFolder({
    'dnsteer.yaml': 'health: { probesPerSecond: 300 }\n',
    'policies/a.example.ts': checking(1),
    'policies/b.example.ts': checking(2),
  });
  const { code, diagnostics } = await report(cwd, '--no-types');
  assert.equal(code, 1);
  assert.deepEqual(
    diagnostics.map(({ file, message }) => `${file}: ${message}`),
    [
      'policies/b.example.ts: Health checks of all zones would come to 400 probes a second, 200 of them of this zone; 300 are possible. Most are of this zone: 200',
    ],
  );
  assert.equal((await report(cwd, '--no-types', 'policies/b.example.ts')).code, 0);
});

test('A file that looks like one of a zone is told of, unless a zone includes it', async () => {
  const zone =
    '@ SOA ns1.host.example. admin.host.example. 1 7200 3600 1209600 3600\n@ NS ns1.host.example.\n';
  const cwd = testFolder({
    'policies/db.example.com': zone,
    'policies/a.example.zone': '$TTL 300\n$INCLUDE db.shared.example\n',
    'policies/db.shared.example': 'mail A 192.0.2.25\n',
  });
  const { code, zones, diagnostics } = await report(cwd);
  assert.equal(code, 0);
  assert.equal(zones.length, 1);
  assert.deepEqual(
    diagnostics.map(({ file, remedy }) => [file, remedy]),
    [['policies/db.example.com', 'Name it example.com.zone to have it served']],
  );
});

test('Records of a policy that are hardly meant are told at their lines', async () => {
  const cwd = testFolder({
    'policies/meant.example.ts': `import { definePolicy } from 'dnsteer';

export default definePolicy({
  pools: { a: { A: '192.0.2.10' } },
  fallback: 'a',
  hosts: { '@': 'a' },
  records: {
    '@': {
      TXT: 'x',
      MX: '10 mial.meant.example',
    },
    sub: { SRV: '0 5 5060 192.0.2.1' },
  },
});
`,
    'policies/meant.example.zone': '@ 300 NS ns.other.example.\nwww 300 CNAME nobody\n',
  });
  const { code, diagnostics } = await report(cwd, '--no-types');
  assert.equal(code, 0);
  assert.deepEqual(
    diagnostics.map(({ file, line, message }) => `${file}:${line} ${message}`),
    [
      'policies/meant.example.ts:10 MX at meant.example. points to mial.meant.example., which is not there',
      'policies/meant.example.ts:12 SRV at sub.meant.example. points to an address, 192.0.2.1, where a name belongs',
      'policies/meant.example.zone:2 CNAME at www.meant.example. points to nobody.meant.example., which is not there',
    ],
  );
});
