/** Record sets of Route 53 as plans and pools, and what is wrong by file and line. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { importRoute53 } from '../../runtime/import/route53/import-route53.ts';
import { originals, policyOf, refused, toldOf, understood } from './folder.ts';

type Fields = Readonly<Record<string, unknown>>;

const set = (name: string, address: string, more: Fields) => ({
  Name: `${name}.z.example.`,
  Type: 'A',
  TTL: 60,
  SetIdentifier: address.replaceAll('.', '-'),
  ResourceRecords: [{ Value: address }],
  ...more,
});
const check = (Id: string, HealthCheckConfig: Fields) => ({ Id, HealthCheckConfig });

function importOf(sets: readonly Fields[], checks: readonly Fields[] = [], blocks: readonly Fields[] = []) {
  const list = (name: string, items: readonly Fields[]) =>
    `{ "${name}": [\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n] }`;
  const folder = originals({
    'records.json': list('ResourceRecordSets', sets),
    'checks.json': list('HealthChecks', checks),
    'blocks.json': list('CidrBlocks', blocks),
  });
  return importRoute53(path.join(folder, 'records.json'), {
    zone: 'z.example',
    healthChecks: path.join(folder, 'checks.json'),
    ...(blocks.length > 0 && { cidrBlocks: path.join(folder, 'blocks.json') }),
  });
}

const policyFor = (...of: Parameters<typeof importOf>) => policyOf(understood(importOf(...of)), 'z.example');

test('Weights, failover and places are plans', () => {
  const weights = [set('www', '192.0.2.1', { Weight: 90 }), set('www', '192.0.2.2', { Weight: 0 })];
  assert.match(policyFor(weights), /www: weighted\(\{ '192-0-2-1': 90, '192-0-2-2': 0 \}\)/);
  const pair = [
    set('www', '192.0.2.2', { Failover: 'SECONDARY' }),
    set('www', '192.0.2.1', { Failover: 'PRIMARY' }),
  ];
  assert.match(policyFor(pair), /www: firstHealthy\('192-0-2-1', '192-0-2-2'\)/);
  const places = [
    set('www', '192.0.2.1', { GeoLocation: { ContinentCode: 'NA' } }),
    set('www', '192.0.2.2', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } }),
    set('www', '192.0.2.3', { GeoLocation: { CountryCode: 'DE' } }),
  ];
  assert.match(
    policyFor(places),
    /geo\(\{ 'continent:NA': '192-0-2-1', 'US-CA': '192-0-2-2', DE: '192-0-2-3', default: nodata\(\) \}\)/,
  );
});

test('Regions become places, and networks conditions', () => {
  const regions = [
    set('www', '192.0.2.1', { Region: 'eu-central-1' }),
    set('www', '192.0.2.2', { Region: 'us-east-1' }),
  ];
  const imported = understood(importOf(regions));
  assert.match(
    policyOf(imported, 'z.example'),
    /at: \[50\.1, 8\.7\].*www: nearest\('192-0-2-1', '192-0-2-2'\)/,
  );
  assert.deepEqual(toldOf(imported), ['records.json:2 changed: A www.z.example.']);
  const networks = [
    set('www', '192.0.2.1', { CidrRoutingConfig: { CollectionId: 'c', LocationName: 'office' } }),
    set('www', '192.0.2.2', { CidrRoutingConfig: { CollectionId: 'c', LocationName: '*' } }),
  ];
  const blocks = [{ CidrBlock: '10.0.0.0/8', LocationName: 'office' }];
  assert.match(
    policyFor(networks, [], blocks),
    /if \(query.client.in\('10.0.0.0\/8'\)\) return '192-0-2-1'; return '192-0-2-2';/,
  );
  assert.deepEqual(toldOf(understood(importOf(networks))), [
    'records.json:2 left out: A www.z.example., location office',
  ]);
});

test('Checks speak for whole pools, or for each value of many', () => {
  const http = {
    Type: 'HTTP_STR_MATCH',
    IPAddress: '192.0.2.1',
    Port: 8080,
    ResourcePath: '/up',
    SearchString: 'ok',
    FullyQualifiedDomainName: 'www.z.example',
    FailureThreshold: 2,
    RequestInterval: 10,
  };
  const one = [set('www', '192.0.2.1', { Weight: 1, HealthCheckId: 'h' })];
  assert.match(
    policyFor(one, [check('h', http)]),
    /type: 'http', url: 'http:\/\/192.0.2.1:8080\/up', host: 'www.z.example', expect: 'ok', interval: 10, timeout: 6, rise: 2, fall: 2/,
  );
  const calculated = [
    check('h', { Type: 'CALCULATED', HealthThreshold: 1, ChildHealthChecks: ['a', 'b'] }),
    check('a', http),
    check('b', { Type: 'TCP', IPAddress: '192.0.2.2', Port: 443, Inverted: true }),
  ];
  assert.match(
    policyFor(one, calculated),
    /check: \{ any: \[ \{ type: 'http'.*\{ not: \{ type: 'tcp', port: 443, address: '192.0.2.2'/,
  );
  const many = ['192.0.2.1', '192.0.2.2'].map((address) =>
    set('www', address, { MultiValueAnswer: true, HealthCheckId: address }),
  );
  const own = ['192.0.2.1', '192.0.2.2'].map((address) =>
    check(address, { Type: 'TCP', IPAddress: address, Port: 443 }),
  );
  assert.match(
    policyFor(many, own),
    /www: \{ A: \['192.0.2.1', '192.0.2.2'\], check: \{ type: 'tcp', port: 443, interval: 30/,
  );
  assert.deepEqual(toldOf(understood(importOf(one))), ['records.json:2 changed: health check h']);
});

test('Aliases are what they lead to, and those of AWS are told', () => {
  const alias = (name: string, DNSName: string) => ({
    Name: name,
    Type: 'A',
    AliasTarget: { HostedZoneId: 'Z', DNSName, EvaluateTargetHealth: true },
  });
  const imported = understood(
    importOf([
      set('a', '192.0.2.1', { Weight: 1 }),
      set('a', '192.0.2.2', { Weight: 3 }),
      alias('b.z.example.', 'a.z.example.'),
      alias('c.z.example.', 'd1.cloudfront.net.'),
      alias('z.example.', 'lb.amazonaws.com.'),
      alias('x.z.example.', 'y.z.example.'),
      alias('y.z.example.', 'x.z.example.'),
    ]),
  );
  const policy = policyOf(imported, 'z.example');
  assert.match(policy, /b: weighted\(\{ '192-0-2-1': 1, '192-0-2-2': 3 \}\)/);
  assert.match(policy, /c: \{ alias: 'd1\.cloudfront\.net' \}/);
  assert.match(policy, /apex: \{ alias: 'lb\.amazonaws\.com' \}/);
  // There are records of one type only.
  assert.match(
    policy,
    /'@': \(query\) => \{\s*if \(query\.type === 'A'\) return 'apex';\s*return nodata\(\);/,
  );
  const told = toldOf(imported);
  assert.ok(told.includes('records.json:6 note: A z.example., alias of lb.amazonaws.com.'));
  assert.ok(told.some((line) => /left out: A [xy]\.z\.example\./.test(line)));
});

test('Plain records are a zone file: octal escapes are decimal there, and SOA and NS are left to the server', () => {
  const imported = understood(
    importOf([
      { Name: 'z.example.', Type: 'NS', TTL: 1, ResourceRecords: [{ Value: 'ns-1.awsdns-00.com.' }] },
      {
        Name: '\\052.z.example.',
        Type: 'TXT',
        TTL: 300,
        ResourceRecords: [{ Value: '"caf\\303\\251" "two"' }],
      },
      { Name: 'z.example.', Type: 'MX', TTL: 300, ResourceRecords: [{ Value: '10 mail.example.net' }] },
    ]),
  );
  const zone = imported.files.get('z.example.zone') ?? '';
  assert.match(zone, /^\* TXT "caf\\195\\169" "two"$/m);
  assert.match(zone, /^@ MX 10 mail\.example\.net\.$/m);
  assert.deepEqual(toldOf(imported), ['records.json:2 note: NS z.example.']);
  assert.equal(imported.files.has('z.example.ts'), false);
});

test('What is no JSON, or of another shape, is told by line', () => {
  const folder = originals({
    'broken.json': '{ "ResourceRecordSets": [\n { "Name": ',
    'shape.json': '{ "ResourceRecordSets": [\n { "Name": 5 } ] }',
  });
  assert.match(refused(importRoute53(path.join(folder, 'broken.json'), {})).message, /no JSON/);
  const told = refused(importRoute53(path.join(folder, 'shape.json'), {}));
  assert.match(told.message, /^ResourceRecordSets\.0\.Name: /);
  assert.deepEqual([told.file, told.line], ['shape.json', 2]);
  assert.match(told.remedy ?? '', /aws route53 list-resource-record-sets/);
});

test('A record that is none is told by line', () => {
  const told = refused(
    importOf([{ Name: 'a.z.example.', Type: 'A', TTL: 1, ResourceRecords: [{ Value: '192.0.2' }] }]),
  );
  assert.equal(told.line, 2);
});
