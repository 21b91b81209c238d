/** `dnsteer import`: what it writes passes check as it is, nothing is overwritten, and the exit code tells what was not said. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ZONE =
  '@ 300 SOA ns1.z.example. h.z.example. 1 7200 1800 259200 900\n@ 300 NS ns1.z.example.\nns1 300 A 192.0.2.53\n';
const NETWORKS = Array.from({ length: 9 }, (_, index) => `10.${index}.0.0/16 => eu`).join(', ');
const GDNSD = {
  'gdnsd/config': `service_types => { web => { plugin => http_status, vhost => www.z.example, url_path => "/it's" } }
plugins => {
  geoip => {
    maps => { world => { datacenters => [ us, eu ], map => { EU => { DE => [ eu ], default => [ eu, us ] } }, nets => { ${NETWORKS} } } }
    resources => { www => { map => world, service_types => web, dcmap => { us => [ 192.0.2.1, 192.0.2.2, 192.0.2.3 ], eu => 192.0.2.4 } } }
  }
  weighted => { w => { service_types => web, a => [ 192.0.2.5, 1 ], b => [ 192.0.2.6, 2 ] } }
}
`,
  'gdnsd/zones/z.example': `${ZONE}www 300/60 DYNA geoip!www\nbeta DYNA weighted!w\n`,
};
const LUA = {
  'z.example.zone': `${ZONE}www 60 LUA A ";if country({'DE','AT'}) or netmask({'10.0.0.0/8'}) then return pickrandom({'192.0.2.1','192.0.2.2'}) end return '192.0.2.3'"\n`,
};
const ROUTE53 = {
  'z.json': JSON.stringify({
    ResourceRecordSets: [90, 10].map((Weight) => {
      return {
        Name: 'www.z.example.',
        Type: 'A',
        SetIdentifier: `w${Weight}`,
        Weight,
        TTL: 60,
        ResourceRecords: [{ Value: `192.0.2.${Weight}` }],
      };
    }),
  }),
};

for (const [args, files, code] of [
  [['gdnsd', 'gdnsd'], GDNSD, 1],
  [['pdns-lua', 'z.example.zone'], LUA, 0],
  [['route53', 'z.json', '--zone', 'z.example'], ROUTE53, 0],
] as const)
  test(`What is imported from ${args[0]} passes check, and is formatted`, async () => {
    const cwd = testFolder(files);
    const ran = await dnsteer(['import', ...args, '--out', 'policies'], { cwd });
    assert.deepEqual([ran.code, ran.stderr], [code, ''], ran.stdout);
    assert.match(ran.stdout, /wrote policies\/z\.example\.ts\n/);
    const checked = await dnsteer(['check'], { cwd });
    assert.equal(checked.stdout, '1 zone checked: no problems\n', checked.stderr);
    assertFormatted(path.join(cwd, 'policies/z.example.ts'));
  });

/** The formatter of this project has nothing to change. */
function assertFormatted(file: string): void {
  const text = readFileSync(file, 'utf8');
  const biome = path.join(ROOT, 'node_modules/.bin/biome');
  const args = ['format', `--stdin-file-path=${path.join(ROOT, 'policies/imported.ts')}`];
  assert.equal(execFileSync(biome, args, { input: text, encoding: 'utf8', cwd: ROOT }), text);
}

test('Nothing is overwritten without --force, and --dry-run writes nothing', async () => {
  const cwd = testFolder({ ...LUA, 'policies/z.example.ts': '// mine' });
  const args = ['import', 'pdns-lua', 'z.example.zone'];
  const refused = await dnsteer(args, { cwd });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^error: policies\/z\.example\.ts is there already: .*--force\n$/);
  assert.ok(!existsSync(path.join(cwd, 'policies/z.example.zone')));
  const dry = await dnsteer([...args, '--dry-run'], { cwd });
  assert.match(dry.stdout, /── policies\/z\.example\.ts\n\/\*\* Steering of z\.example/);
  assert.equal(readFileSync(path.join(cwd, 'policies/z.example.ts'), 'utf8'), '// mine');
  assert.equal((await dnsteer([...args, '--force'], { cwd })).code, 0);
  assert.match(readFileSync(path.join(cwd, 'policies/z.example.ts'), 'utf8'), /definePolicy/);
});

test('The report is told to programs as well, and what is not understood has its place', async () => {
  const cwd = testFolder({ ...GDNSD, 'broken.zone': 'www A 192.0.2\n' });
  const told = await dnsteer(['import', 'gdnsd', 'gdnsd', '--json', '--dry-run'], { cwd });
  const { files, report } = JSON.parse(told.stdout) as {
    files: { file: string }[];
    report: { kind: string; line: number }[];
  };
  assert.equal(told.code, 1);
  assert.ok(files.some(({ file }) => file === 'policies/z.example.ts'));
  assert.deepEqual(
    report.map(({ kind, line }) => `${line} ${kind}`),
    ['1 note', '7 changed'],
  );
  const broken = await dnsteer(['import', 'pdns-lua', 'broken.zone'], { cwd });
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /^broken\.zone:1:\d+: error: /);
  assert.equal((await dnsteer(['import', 'bind', 'broken.zone'], { cwd })).code, 2);
});
