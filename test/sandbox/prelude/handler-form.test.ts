/** Files written for dnssec-server and geoip-lite run as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asking, type Loaded, load, type Outcome } from './load.ts';

/** A handler of the form in the library's documentation around some code. */
function handler(body: string): Promise<Loaded> {
  const source = `
    const DNSServer = require('dnssec-server');
    const geoip = require('geoip-lite');
    DNSServer.createServer({ udp: true }, function (req, res) {
      ${body}
    });`;
  return load(source, 'example.com.js');
}

async function answer(body: string, asking: Asking = {}): Promise<Outcome> {
  return (await handler(body)).run('*', asking);
}

const GEO = `
  const geo = geoip.lookup(req.ecsAddress || req.remoteAddress);
  const eu = geo && geo.eu === '1';
  if (req.type === 'A' || req.type === 'AAAA') {
    res.answers.push({ name: req.name, type: 'A', class: 'IN', ttl: 60, data: { address: eu ? '198.51.100.20' : '192.0.2.10' } });
    res.answers.push({ name: req.name, type: 'AAAA', class: 'IN', ttl: 90, data: { address: '2001:db8::1' } });
  }
  res.send();`;

test('A geo handler answers for the client, by the parts it read', async () => {
  assert.deepEqual(await answer(GEO, { client: { country: 'DE', eu: true, city: 'Berlin' } }), {
    plan: { kind: 'records', records: { A: ['198.51.100.20'] }, ttl: 60 },
    reads: [
      ['client.subnet', '203.0.113.0/24'],
      ['client.country', 'DE'],
      ['client.eu', true],
      ['query.type', 'A'],
      ['query.name', 'www.example.com'],
    ],
    impure: [],
  });
});

test('A client whose place is not known is looked up as null', async () => {
  const { plan, reads } = await answer(GEO);
  assert.deepEqual(plan, { kind: 'records', records: { A: ['192.0.2.10'] }, ttl: 60 });
  assert.deepEqual(reads?.at(1), ['client.country', null]);
});

test('Of all types that are pushed, the one asked for is answered', async () => {
  const { plan } = await answer(GEO, { type: 'AAAA' });
  assert.deepEqual(plan, { kind: 'records', records: { AAAA: ['2001:db8::1'] }, ttl: 90 });
  assert.deepEqual((await answer(GEO, { type: 'MX' })).plan, { kind: 'nodata' });
});

test('A lookup has all parts that geoip-lite documents', async () => {
  const client = {
    country: 'US',
    region: 'TX',
    city: 'San Antonio',
    latitude: 29.5,
    longitude: -98.4,
    eu: false,
    timeZone: 'America/Chicago',
  };
  const body = `
    const { range, country, region, eu, timezone, city, ll, metro, area } = geoip.lookup(req.remoteAddress);
    const text = JSON.stringify({ range, country, region, eu, timezone, city, ll, metro, area });
    res.answers.push({ name: req.name, type: 'TXT', ttl: 5, data: { texts: [text] } });
    res.send();`;
  const { plan, impure } = await answer(body, { type: 'TXT', client });
  assert.equal(plan?.kind, 'records');
  assert.deepEqual(JSON.parse(plan.records.TXT?.[0]?.[0] ?? ''), {
    range: [0xcb007100, 0xcb0071ff],
    country: 'US',
    region: 'TX',
    eu: '0',
    timezone: 'America/Chicago',
    city: 'San Antonio',
    ll: [29.5, -98.4],
    metro: 0,
    area: 0,
  });
  assert.deepEqual(impure, ['client.ip']);
});

test('Somebody else cannot be looked up, and what is no address is null', async () => {
  const { error } = await answer(`geoip.lookup('198.51.100.7'); res.send();`);
  assert.match(error?.message ?? '', /^lookup\("198\.51\.100\.7"\) asks about another address/);
  const { plan } = await answer(`if (geoip.lookup(undefined) === null) res.send();`);
  assert.deepEqual(plan, { kind: 'nodata' });
});

const DATA: readonly (readonly [type: string, data: string, value: unknown])[] = [
  ['A', `{ address: '192.0.2.1' }`, '192.0.2.1'],
  ['A', `new Uint8Array([192, 0, 2, 1])`, '192.0.2.1'],
  [
    'AAAA',
    `{ address: new Uint8Array([32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) }`,
    '2001:db8:0:0:0:0:0:1',
  ],
  ['CAA', `{ flags: 0, tag: 'issue', value: 'a"b' }`, '0 issue "a\\"b"'],
  [
    'HTTPS',
    `{ priority: 1, targetName: '.', paramsStructured: { alpn: ['h3', 'h2'], noDefaultAlpn: true, port: 8443, ipv4hint: ['192.0.2.1'], ech: new Uint8Array([1, 2, 3, 4]) } }`,
    '1 . alpn=h3,h2 no-default-alpn port=8443 ipv4hint=192.0.2.1 ech=AQIDBA==',
  ],
  ['MX', `{ preference: 5, exchange: 'mail.example.com.' }`, '5 mail.example.com.'],
  ['NS', `{ name: 'ns1.example.com.' }`, 'ns1.example.com.'],
  ['PTR', `'host.example.com.'`, 'host.example.com.'],
  ['SRV', `{ priority: 1, weight: 2, port: 443, target: 'a.example.com.' }`, '1 2 443 a.example.com.'],
  ['TXT', `{ texts: ['hello', 'world'] }`, ['hello', 'world']],
  ['TXT', `{ text: 'hello' }`, ['hello']],
  ['TLSA', `{ raw: new Uint8Array([3, 1, 1, 255]) }`, '\\# 4 030101ff'],
];

for (const [type, data, value] of DATA) {
  test(`Data of ${type} as ${data.slice(0, 40)} becomes presentation form`, async () => {
    const body = `res.answers.push({ name: req.name, type: '${type}', ttl: 5, data: ${data} }); res.send();`;
    const { plan, error, invalid } = await answer(body, { type });
    assert.deepEqual(
      plan,
      { kind: 'records', records: { [type]: [value] }, ttl: 5 },
      error?.message ?? invalid ?? '',
    );
  });
}

test('Types may be numbers, names in any case, and TTLs differ', async () => {
  const body = `
    res.answers.push({ name: 'WWW.example.COM', type: 1, ttl: 60, data: { address: '192.0.2.1' } });
    res.answers.push({ name: 'www.example.com.', type: 'a', ttl: 30, data: { address: '192.0.2.2' } });
    res.send();`;
  assert.deepEqual((await answer(body)).plan, {
    kind: 'records',
    records: { A: ['192.0.2.1', '192.0.2.2'] },
    ttl: 30,
  });
});

test('A CNAME is followed by the host, whatever chain stands behind it', async () => {
  const body = `
    res.answers.push({ name: req.name, type: 'CNAME', ttl: 60, data: { name: 'a.example.com' } });
    res.answers.push({ name: 'a.example.com.', type: 'A', ttl: 60, data: { address: '192.0.2.1' } });
    res.send();`;
  const { plan } = await answer(body);
  assert.deepEqual(plan, { kind: 'cname', target: 'a.example.com.', ttl: 60 });
});

for (const [header, kind] of [
  ['res.header.rcode = 3', 'nxdomain'],
  ['res.header.rcode = 5', 'refuse'],
  [`res.rcode = 'NXDOMAIN'`, 'nxdomain'],
  ['res.authority.push({ name: "example.com.", type: "SOA", data: {} })', 'nodata'],
] as const) {
  test(`After ${header.slice(0, 40)} the answer is ${kind}`, async () => {
    assert.deepEqual((await answer(`${header}; res.send();`)).plan, { kind });
  });
}

const INVALID: readonly (readonly [body: string, why: RegExp])[] = [
  ['', /^The handler returned without calling res\.send\(\)/],
  ['Promise.resolve().then(() => res.send());', /handlers are synchronous/],
  ['res.header.rcode = 2; res.send();', /^The handler sent the response code the number 2/],
  [
    `res.answers.push({ name: 'other.example.com.', type: 'A', data: { address: '192.0.2.1' } }); res.send();`,
    /^An answer is for the string "other\.example\.com\.", and the question was for "www\.example\.com\."/,
  ],
  [`res.answers.push({ name: req.name, type: 'A' }); res.send();`, /^Data of type A is missing/],
  [
    `res.answers.push({ name: req.name, type: 'LOC', data: {} }); res.send();`,
    /^Data of type LOC needs \{ raw: Uint8Array \}/,
  ],
];

for (const [body, why] of INVALID) {
  test(`Invalid: ${body.slice(0, 60) || 'a handler that does nothing'}`, async () => {
    const type = /type: '([A-Z]+)'/.exec(body)?.[1] ?? 'A';
    assert.match((await answer(body, { type })).invalid ?? '', why);
  });
}

test('Pushing to req.answers is an error at that line which names res.answers', async () => {
  const { error } = await answer(`req.answers.push({ name: req.name });\nres.send();`);
  assert.match(error?.message ?? '', /push to "res\.answers" instead of "req\.answers"/);
  const lines = (error?.stack ?? '').split('\n');
  assert.match(lines[1] ?? '', /answers/);
  assert.match(lines[2] ?? '', /:\d+:\d+\)?$/);
});

test('What is sent first counts', async () => {
  const body = `
    res.answers.push({ name: req.name, type: 'A', ttl: 5, data: { address: '192.0.2.1' } });
    res.send();
    res.answers.length = 0;
    res.header.rcode = 3;
    res.send();`;
  assert.equal((await answer(body)).plan?.kind, 'records');
});

test('A handler decides the whole zone, and without a fallback the answer to its failure is SERVFAIL', async () => {
  const { manifest } = await handler('res.send();');
  assert.deepEqual(manifest, {
    form: 'handler',
    pools: {},
    fallback: { kind: 'servfail' },
    hosts: { '@': null, '*': null },
    records: {},
  });
});

const records = (address: string): object => ({ kind: 'records', records: { A: [address] } });

for (const [form, source, file] of [
  [
    'CommonJS',
    `const { createServer } = require('dnssec-server');
     createServer((req, res) => res.send()).listen(53);
     module.exports = { fallback: { A: '192.0.2.9' } };`,
    'example.com.js',
  ],
  [
    'ECMAScript',
    `import { createServer } from 'dnssec-server';
     export const fallback = { A: '192.0.2.9' };
     export default createServer({}, (req, res) => res.send());`,
    'example.com.ts',
  ],
  [
    'ECMAScript with default imports',
    `import DNSServer from 'dnssec-server';
     import geoip from 'geoip-lite';
     export const fallback = { A: geoip.pretty(0xc0000209) };
     DNSServer.createServer({ dnssec: { keyCallback() {} } }, (req, res) => res.send()).close();`,
    'example.com.ts',
  ],
] as const) {
  test(`A fallback may be declared beside a handler in ${form}`, async () => {
    const policy = await load(source, file);
    assert.deepEqual(policy.manifest.fallback, records('192.0.2.9'));
    assert.deepEqual(policy.run('@').plan, { kind: 'nodata' });
  });
}

test('What the host does itself says so when it is called', async () => {
  const load = (code: string): Promise<Loaded> =>
    handler(`res.send();`).then(() => handler(`res.send(); }); ${code}; (function () {`));
  await assert.rejects(
    load(`DNSServer.parseZone('')`),
    /^Error: parseZone\(\) is not available in a policy; put/,
  );
  await load(`DNSServer.buildDnssecMaterial({ signersName: 'example.com.' }).ksk.keyTag`);
});

test('A handler that sends no answers has read of the question what it looked at, and no more', async () => {
  const { plan, reads } = await answer('res.header.rcode = 3; res.send();');
  assert.deepEqual([plan?.kind, reads], ['nxdomain', []]);
});
