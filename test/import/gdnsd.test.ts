/** gdnsd's configuration as policies: each plugin, and what is wrong by file and line. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { importGdnsd } from '../../runtime/import/gdnsd/import-gdnsd.ts';
import { originals, policyOf, refused, toldOf, understood } from './folder.ts';

const HEAD = '@ 300 SOA ns1 hostmaster 1 7200 1800 259200 900\n@ 300 NS ns1\nns1 300 A 192.0.2.53\n';

function importOf(config: string, records: string, more: Readonly<Record<string, string>> = {}) {
  return importGdnsd(originals({ config, 'zones/z.example': HEAD + records, ...more }));
}

/** The policy for one dynamic record. */
function hostOf(plugins: string, reference: string, services = ''): string {
  const config = `service_types => { ${services} }\nplugins => { ${plugins} }`;
  return policyOf(understood(importOf(config, `www 300 ${reference}\n`)), 'z.example');
}

test('multifo is a pool that is up while up_thresh of it is', () => {
  const tcp = 'web => { plugin => tcp_connect, port => 443, ok_thresh => 1 }';
  const three = 'a => 192.0.2.1, b => 192.0.2.2, c => 192.0.2.3';
  const policy = hostOf(`multifo => { lb => { service_types => web, ${three} } }`, 'DYNA multifo!lb', tcp);
  assert.match(policy, /lb: \{ A: \['192.0.2.1', '192.0.2.2', '192.0.2.3'\], leastTtl: 150,/);
  assert.match(policy, /check: \{ type: 'tcp', port: 443, interval: 10, timeout: 5, rise: 20, fall: 10 \}/);
  assert.match(policy, /upWhen: \{ percent: 66 \}/);
  assert.match(policy, /www: 'lb'/);
  const low = hostOf(
    `multifo => { lb => { up_thresh => 0.1, service_types => web, ${three} } }`,
    'DYNA multifo!lb',
    tcp,
  );
  assert.doesNotMatch(low, /upWhen/);
});

test('Families of addresses that are checked are pools of their own', () => {
  const policy = hostOf(
    'multifo => { lb => { service_types => web, addrs_v4 => 192.0.2.1, addrs_v6 => [ 2001:db8::1 ] } }',
    'DYNA multifo!lb',
    'web => { plugin => http_status, vhost => www.z.example, ok_codes => [ 200, 204 ] }',
  );
  assert.match(policy, /'lb-v4': \{ A: '192.0.2.1'/);
  assert.match(policy, /'lb-v6': \{ AAAA: '2001:db8::1'/);
  assert.match(policy, /type: 'http', path: '\/', host: 'www.z.example', status: \[200, 204\]/);
  assert.match(policy, /if \(query.type === 'AAAA'\) return 'lb-v6'; return 'lb-v4';/);
});

test('simplefo, metafo, weighted and static are plans', () => {
  const pair = 'simplefo => { p => { primary => 192.0.2.1, secondary => 192.0.2.2 } }';
  assert.match(hostOf(pair, 'DYNA simplefo!p'), /www: firstHealthy\('p-primary', 'p-secondary'\)/);
  const sites = `metafo => { resources => { m => { datacenters => [ a, b ], dcmap => { a => 192.0.2.3, b => %simplefo!p } } } }, ${pair}`;
  assert.match(
    hostOf(sites, 'DYNA metafo!m'),
    /www: firstHealthy\('a', firstHealthy\('p-primary', 'p-secondary'\)\)/,
  );
  assert.match(hostOf(sites, 'DYNA metafo!m/a'), /www: 'a'/);
  const weights = 'weighted => { w => { x => [ x.example.net., 9 ], y => [ y.example.net., 1 ] } }';
  assert.match(hostOf(weights, 'DYNC weighted!w'), /www: weighted\(\{ x: 9, y: 1 \}\)/);
  assert.match(hostOf('static => { s => 192.0.2.9 }', 'DYNA static!s'), /www: 's'/);
});

test('A map of places and networks is a handler, the longest network first', () => {
  const map =
    'datacenters => [ us, eu ], geoip2_db => x.mmdb, map => { EU => [ eu, us ], AS => [] }, nets => { 10.0.0.0/8 => eu, 10.1.0.0/16 => us }';
  const geo = `geoip => { maps => { m => { ${map} } }, resources => { w => { map => m, dcmap => { us => 192.0.2.1, eu => 192.0.2.2 } } } }`;
  const policy = hostOf(geo, 'DYNA geoip!w');
  assert.match(
    policy,
    /if \(query.client.in\('10.1.0.0\/16'\)\) return 'us'; if \(query.client.in\('10.0.0.0\/8'\)\) return 'eu';/,
  );
  assert.match(policy, /=== 'EU'\) return firstHealthy\('eu', 'us'\);/);
  assert.match(policy, /=== 'AS'\) return nodata\(\); return firstHealthy\('us', 'eu'\);/);
});

test('Many networks are a list beside the policy', () => {
  const nets = Array.from({ length: 20 }, (_, index) => `10.${index}.0.0/16 => b`).join(', ');
  const geo = `geoip => { maps => { m => { datacenters => [ a, b ], nets => { ${nets} } } }, resources => { w => { map => m, dcmap => { a => 192.0.2.1, b => 192.0.2.2 } } } }`;
  const { files } = understood(importOf(`plugins => { ${geo} }`, 'www DYNA geoip!w\n'));
  assert.match(files.get('z.example.ts') ?? '', /import networks1 from '\.\/z\.example\.networks1\.txt';/);
  assert.equal(files.get('z.example.networks1.txt')?.split('\n').length, 21);
});

test('Zone files keep their records and comments, and lose what is dynamic', () => {
  const { files } = understood(
    importOf(
      'plugins => { static => { s => 192.0.2.9 } }',
      '; the mail\n@ 60 MX 10 mail\nwww 60/30 DYNA static!s\n\t60 TXT "of www"\n',
    ),
  );
  const zone = files.get('z.example.zone') ?? '';
  assert.match(zone, /^; the mail\n@ +60 MX 10 mail\.z\.example\.$/m);
  assert.match(zone, /^www 60 TXT "of www"$/m);
  assert.doesNotMatch(zone, /DYNA/);
});

test('What cannot be said is told by line, and the rest is written', () => {
  const config = `service_types => {
    script => { plugin => extmon, cmd => [ /bin/check, %%ITEM%% ] }
    gone => { plugin => null }
  }
  plugins => {
    multifo => { a => { service_types => script, x => 192.0.2.1 }, b => { service_types => gone, x => 192.0.2.2 } }
    weighted => { m => { multi => true, x => [ 192.0.2.3, 2 ], y => [ 192.0.2.4, 1 ] } }
  }`;
  const imported = understood(
    importOf(config, 'a DYNA multifo!a\nb DYNA multifo!b\nm DYNA weighted!m\nr DYNA reflect\n'),
  );
  assert.deepEqual(toldOf(imported), [
    'config:2 changed: service type script',
    'config:3 changed: service type gone',
    'config:7 changed: weighted!m',
    'z.example:7 left out: reflect',
  ]);
  assert.match(imported.report[0]?.remedy ?? '', /run: \["\/bin\/check", "\{address\}"\]/);
  assert.match(policyOf(imported, 'z.example'), /m: \{ A: \['192.0.2.3', '192.0.2.4'\] \}/);
});

for (const [what, config, record, line, message] of [
  ['A hash that does not end', 'plugins => {\n static => {', '', 2, /hash that begins here does not end/],
  ['A key without a value', 'plugins => {\n static }', '', 2, /Key "static" has no value/],
  ['A quote that is open', 'plugins => {\n static => { a => "x', '', 2, /quote is not closed/],
  ['A part that is none', 'plugin => {}', '', 1, /no "plugin" here; did you mean "plugins"/],
  ['A file that is not there', 'plugins => $include{more.cfg}', '', 1, /"more.cfg" names 0 files/],
  [
    'A plugin that is none',
    'plugins => {}',
    'www DYNA weighed!a',
    4,
    /no plugin "weighed" that answers; did you mean "weighted"/,
  ],
  [
    'A resource that is none',
    'plugins => { static => { foo => 192.0.2.1 } }',
    'www DYNA static!fooo',
    4,
    /no resource "fooo"; did you mean "foo"/,
  ],
  [
    'A service type that is none',
    'plugins => { multifo => {\n a => { service_types => web, x => 192.0.2.1 } } }',
    'www DYNA multifo!a',
    2,
    /no service type "web"/,
  ],
  [
    'A mix of families',
    'plugins => { multifo => {\n a => { x => 192.0.2.1, y => 2001:db8::1 } } }',
    'www DYNA multifo!a',
    2,
    /both families/,
  ],
  [
    'A circle of references',
    'plugins => { metafo => { resources => { a => { datacenters => [ x ], dcmap => { x => %metafo!a } } } } }',
    'www DYNA metafo!a',
    1,
    /16 levels deep/,
  ],
  [
    'A weight that is none',
    'plugins => { weighted => { a => {\n x => [ 192.0.2.1, much ] } } }',
    'www DYNA weighted!a',
    2,
    /"much" is no number/,
  ],
  ['A record that is none', '', 'www A 192.0.2', 4, /./],
] as const)
  test(`${what} is told by file and line`, () => {
    const told = refused(importOf(config, `${record}\n`));
    assert.match(told.message, message);
    assert.equal(told.line, line);
    assert.ok(told.remedy);
  });

test('Files are included as values and into hashes', () => {
  const config = 'plugins => { $include{more/*} }\n';
  const more = { 'more/static': 'static => $include{values.cfg}', 'more/values.cfg': 'no => 192.0.2.1' };
  const folder = originals({ config, ...more, 'zones/z.example': HEAD });
  // All files of the folder are included: the second is no plugin, and is in nobody's way.
  assert.ok(importGdnsd(path.join(folder, 'config')).ok);
});
