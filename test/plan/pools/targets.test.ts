/** What a check comes down to: one target for each address or one for the pool, with defaults filled in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataReader } from '../../../runtime/base/data-reader.ts';
import { CHECK_KINDS } from '../../../runtime/health/check-kinds.ts';
import { isCombination } from '../../../runtime/health/combination.ts';
import type { HttpTarget } from '../../../runtime/health/kinds/http-request.ts';
import type { Target } from '../../../runtime/health/target.ts';
import type { RecordSet } from '../../../runtime/plan/plan.ts';
import { readCheck } from '../../../runtime/plan/pools/check-tree.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { CHECK_TIMING } from '../../support/check-timing.ts';
import { name } from '../../support/wire.ts';

const V4 = Uint8Array.of(192, 0, 2, 1);
const V6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const ADDRESSES: RecordSet[] = [
  { type: RRTYPE.A, ttl: 30, rdatas: [V4], slots: [-1] },
  { type: RRTYPE.AAAA, ttl: 30, rdatas: [V6], slots: [-1] },
];

function target(check: object, type: number = RRTYPE.A, rdata: Uint8Array = V4): Target | undefined {
  const reader = new DataReader();
  const targetOf = readCheck(check, 'check', ADDRESSES, reader, CHECK_TIMING);
  assert.deepEqual(reader.problems, []);
  const found = targetOf?.(type, rdata);
  assert.ok(found === undefined || !isCombination(found));
  return found;
}

function assertHttp(found: Target | undefined): asserts found is HttpTarget {
  assert.ok(found?.type === 'http' || found?.type === 'https');
}

function problems(check: unknown, sets = ADDRESSES): string[] {
  const reader = new DataReader();
  readCheck(check, 'check', sets, reader, { ...CHECK_TIMING, commands: ['is-primary'] });
  return reader.problems;
}

test('A TCP check has the documented defaults', () => {
  assert.deepEqual(target({ type: 'tcp', port: 443 }), {
    type: 'tcp',
    address: '192.0.2.1',
    port: 443,
    intervalMs: 10_000,
    timeoutMs: 5000,
    rise: 2,
    fall: 3,
    id: 'tcp://192.0.2.1:443 every=10000 timeout=5000 rise=2 fall=3',
  });
});

test('The timeout is at most half of a short interval unless it is given', () => {
  assert.equal(target({ type: 'tcp', port: 1, interval: 2 })?.timeoutMs, 1000);
  assert.equal(target({ type: 'tcp', port: 1, interval: 2, timeout: 2 })?.timeoutMs, 2000);
});

test('An HTTP check asks each address, by its own name unless another is given', () => {
  const found = target({ type: 'http', path: '/up?x=1', status: [204, 200, 204] }, RRTYPE.AAAA, V6);
  assertHttp(found);
  const { address, port, path, host, status } = found;
  assert.deepEqual(
    [address, port, path, host, status],
    [
      '2001:db8::1',
      80,
      '/up?x=1',
      '[2001:db8::1]',
      [
        [200, 200],
        [204, 204],
      ],
    ],
  );
  const secure = target({ type: 'https', host: 'example.com', port: 8443 });
  assertHttp(secure);
  assert.deepEqual([secure.port, secure.host, secure.path], [8443, 'example.com:8443', '/']);
});

test('A URL is one target for all addresses and for an alias, and none for other records', () => {
  const check = { type: 'https', url: 'https://[2001:db8::5]:8443/up?now' };
  const found = target(check);
  assertHttp(found);
  const { address, port, path, host } = found;
  assert.deepEqual([address, port, path, host], ['2001:db8::5', 8443, '/up?now', '[2001:db8::5]:8443']);
  assert.deepEqual(target(check, RRTYPE.AAAA, V6), found);
  assert.deepEqual(target(check, RRTYPE.CNAME), found);
  assert.equal(target(check, RRTYPE.TXT), undefined);
});

test('The Host header has the port, unless it is the default of the scheme (RFC 9110 §7.2)', () => {
  const hostOf = (check: object, type: number = RRTYPE.A, rdata?: Uint8Array): string => {
    const found = target(check, type, rdata);
    assertHttp(found);
    return found.host;
  };
  assert.equal(hostOf({ type: 'http', host: 'a.test', port: 8080 }), 'a.test:8080');
  assert.equal(hostOf({ type: 'http', host: 'a.test', port: 80 }), 'a.test');
  assert.equal(hostOf({ type: 'https', host: 'a.test', port: 80 }), 'a.test:80');
  assert.equal(hostOf({ type: 'https', host: 'a.test:8443' }), 'a.test:8443');
  assert.equal(hostOf({ type: 'https', host: 'a.test:8443', port: 9 }), 'a.test:8443');
  assert.equal(hostOf({ type: 'http', host: '2001:db8::1', port: 8080 }), '[2001:db8::1]:8080');
  assert.equal(hostOf({ type: 'http', host: '[2001:db8::1]:81' }), '[2001:db8::1]:81');
  assert.equal(hostOf({ type: 'http', url: 'http://b.test:8080/', host: 'a.test' }), 'a.test:8080');
  assert.equal(hostOf({ type: 'http', url: 'http://b.test:8080/' }), 'b.test:8080');
  assert.equal(hostOf({ type: 'http', port: 8080 }, RRTYPE.AAAA, V6), '[2001:db8::1]:8080');
});

test('Equal targets have equal ids, and everything that matters makes a difference', () => {
  const base = { type: 'http', path: '/', status: [200] };
  const id = (changes: object): string | undefined => target({ ...base, ...changes })?.id;
  assert.equal(id({ interval: 10 }), id({}));
  const changes = [
    { type: 'https' },
    { port: 81 },
    { path: '/x' },
    { host: 'a' },
    { status: [201] },
    { status: ['200-201'] },
    { method: 'HEAD' },
    { headers: { a: 'b' } },
    { headers: { b: 'b' } },
    { expect: 'a' },
    { load: { header: 'a' } },
    { load: { json: 'a' } },
    { interval: 9 },
    { timeout: 4 },
    { rise: 1 },
    { fall: 1 },
  ];
  assert.equal(new Set([...changes.map(id), id({})]).size, changes.length + 1);
});

test('A check of another server is one target for the whole pool', () => {
  const check = { type: 'tcp', port: 5432, address: 'db.test' };
  const found = target(check);
  assert.equal(found?.address, 'db.test');
  assert.deepEqual(target(check, RRTYPE.AAAA, V6), found);
  assert.deepEqual(target(check, RRTYPE.CNAME), found);
  assert.equal(
    target({ type: 'tls', address: '2001:db8::7' })?.id.startsWith('tls://[2001:db8::7]:443 '),
    true,
  );
});

test('A state that is pushed has the name of each address, or one for the pool', () => {
  assert.equal(target({ type: 'push' })?.id, 'push://192.0.2.1 every=60000 timeout=0 rise=1 fall=1');
  const named = target({ type: 'push', name: 'db', expires: 1.5 }, RRTYPE.CNAME);
  assert.equal(named?.id, 'push://db every=1500 timeout=0 rise=1 fall=1');
});

test('What a server must say and is told is part of what is probed', () => {
  const tcp = { type: 'tcp', port: 1 };
  const talks = [{}, { send: 'a' }, { expect: 'a' }, { send: 'a', expect: 'b' }];
  const ids = talks.map((talk) => target({ ...tcp, ...talk })?.id);
  assert.equal(new Set(ids).size, 4);
  const versions = [{}, { version: 1 }, { version: 2 }].map((one) => target({ type: 'http', ...one })?.id);
  assert.equal(new Set(versions).size, 2);
  const tls = [{}, { host: 'a.test' }, { daysLeft: 7 }].map((one) => target({ type: 'tls', ...one })?.id);
  assert.equal(new Set(tls).size, 3);
  const calls = [{}, { service: 'a.B' }, { tls: true }, { host: 'a.test' }];
  const grpc = calls.map((one) => target({ type: 'grpc', port: 1, ...one })?.id);
  assert.equal(new Set(grpc).size, calls.length);
  const asked = { type: 'dns', name: 'a.test' };
  const questions = [
    {},
    { record: 'NS' },
    { rcode: 'NXDOMAIN' },
    { transport: 'tcp' },
    { expect: '192.0.2.1' },
  ];
  assert.equal(new Set(questions.map((one) => target({ ...asked, ...one })?.id)).size, questions.length);
});

test('Statuses and data of records have one form, however they are written', () => {
  const http = (status: unknown) => target({ type: 'http', status })?.id;
  assert.equal(http([204, '200-203', 201, '203-204']), http(['200-204', 204]));
  const dns = (check: object) => target({ type: 'dns', ...check })?.id;
  assert.equal(
    dns({ name: 'A.Test.', record: 'mx', expect: ['20 B.test', '10 a.TEST.'] }),
    dns({ name: 'a.test', record: 'MX', expect: ['10 A.test', '20 b.test'] }),
  );
});

/** `"tcp", "http" or "https"`. */
const TYPES = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  CHECK_KINDS.map(({ type }) => `"${type}"`),
);

const STATUS = 'check.status: Must be an array of numbers from 100 to 599, and of ranges such as "200-299"';
const LOAD = 'check.load: Must be { header: "X-Load" } or { json: "cpu.load" }';
const ADDRESS = 'check.address: Must be an address or a host name, without a port';
const RECORD = 'check.record: Must be a record type, such as "A" or "SOA"';
const RCODE = 'check.rcode: Must be a response code, or an array of them, such as "NOERROR" or "NXDOMAIN"';

const REFUSED: readonly (readonly [check: unknown, ...problems: string[]])[] = [
  [5, 'check: Must be an object', `check.type: Must be ${TYPES}`],
  [{ type: 'smtp' }, `check.type: Must be ${TYPES}`],
  [{ type: 'tcp' }, 'check.port: Is required for a tcp check'],
  [{ type: 'tcp', port: 0 }, 'check.port: Must be a whole number from 1 to 65535'],
  [{ type: 'tcp', port: 1, path: '/' }, 'check.path: Belongs to http and https checks'],
  [{ type: 'tcp', port: 1, interval: 0.5 }, 'check.interval: Must be a number from 1 to 3600'],
  [{ type: 'tcp', port: 1, interval: 2, timeout: 3 }, 'check.timeout: Must be a number from 0.1 to 2'],
  [
    { type: 'tcp', port: 1, rise: 0, fall: 1.5 },
    'check.rise: Must be a whole number from 1 to 100',
    'check.fall: Must be a whole number from 1 to 100',
  ],
  [{ type: 'http', path: 'up' }, 'check.path: Must begin with "/" and hold no blanks'],
  [{ type: 'http', path: '/ HTTP/1.1\r\nx:' }, 'check.path: Must begin with "/" and hold no blanks'],
  [{ type: 'http', host: 'a\r\nb' }, 'check.host: Must be a host name or an address, and may have a port'],
  [{ type: 'http', host: 'a:0' }, 'check.host: Must be a host name or an address, and may have a port'],
  [{ type: 'http', host: '[a]:1' }, 'check.host: Must be a host name or an address, and may have a port'],
  [{ type: 'http', path: '/#x' }, 'check.path: Must not hold "#": what follows it is not sent'],
  [{ type: 'http', url: 'http://x/#y' }, 'check.url: Must not hold "#": what follows it is not sent'],
  [
    { type: 'http', url: 'http://probe:secret@x/' },
    'check.url: Must not hold a user or password; the setting "health.requests" gives probes their headers',
  ],
  [
    { type: 'http', url: 'http://probe@x/' },
    'check.url: Must not hold a user or password; the setting "health.requests" gives probes their headers',
  ],
  [{ type: 'http', header: {} }, 'check.header: There is no such field; "headers"?'],
  [{ type: 'http', headers: {} }, 'check.headers: Must be an object of 1 to 16 headers'],
  [{ type: 'http', headers: { Host: 'a' } }, 'check.headers.Host: Is no header that a check may set'],
  [
    { type: 'http', headers: { 'X-A': 'a\r\nX-B: b' } },
    'check.headers["X-A"]: Must be a text of ASCII characters without line breaks',
  ],
  [{ type: 'http', method: 'DELETE' }, 'check.method: Must be GET, HEAD, OPTIONS or POST'],
  [{ type: 'http', expect: '' }, 'check.expect: Must be a text of 1 to 1024 octets'],
  [{ type: 'http', expect: 'ö'.repeat(513) }, 'check.expect: Must be a text of 1 to 1024 octets'],
  [
    { type: 'http', expect: 'ok', method: 'HEAD' },
    'check.expect: Looks at the body, and a response to HEAD has none',
  ],
  [{ type: 'http', load: {} }, LOAD],
  [{ type: 'http', load: { header: 'X-Load', json: 'load' } }, LOAD],
  [{ type: 'http', load: { header: 'X-Load', other: 'load' } }, LOAD],
  [{ type: 'http', load: { header: 'X Load' } }, 'check.load.header: Must be the name of a header'],
  [{ type: 'http', load: { json: 'a..b' } }, 'check.load.json: Must be up to 8 keys with dots between them'],
  [
    { type: 'http', load: { json: 'a.b.c.d.e.f.g.h.i' } },
    'check.load.json: Must be up to 8 keys with dots between them',
  ],
  [
    { type: 'http', load: { json: 'a' }, method: 'HEAD' },
    'check.load: Looks at the body, and a response to HEAD has none',
  ],
  [
    { type: 'http', address: 'db.test' },
    'check.address: Belongs to tcp, tls, dns, exec, grpc and icmp checks',
  ],
  [{ type: 'http', version: 3 }, 'check.version: Must be 1 or 2: HTTP/1.1, or HTTP/2'],
  [{ type: 'icmp', port: 1 }, 'check.port: Belongs to tcp, http, https, tls, dns and grpc checks'],
  [{ type: 'tcp', port: 1, address: 'db.test:5432' }, ADDRESS],
  [{ type: 'tcp', port: 1, address: '' }, ADDRESS],
  [{ type: 'tcp', port: 1, send: 5 }, 'check.send: Must be a text of 1 to 1024 octets'],
  [{ type: 'tls', daysLeft: -1 }, 'check.daysLeft: Must be a number from 0 to 398'],
  [{ type: 'tls', daysLeft: Number.NaN }, 'check.daysLeft: Must be a number from 0 to 398'],
  [{ type: 'tls', host: 'a b' }, 'check.host: Must be a host name or an address'],
  [{ type: 'grpc' }, 'check.port: Is required for a grpc check'],
  [
    { type: 'grpc', port: 1, service: 'a b' },
    'check.service: Must be the name of a service, such as "shop.v1.Orders"',
  ],
  [{ type: 'grpc', port: 1, tls: 'yes' }, 'check.tls: Must be true or false'],
  [{ type: 'exec' }, 'check.command: Must be the name of a command of the settings'],
  [
    { type: 'exec', command: 'is-primry' },
    'check.command: There is no such command in the setting "health.commands"; did you mean "is-primary"?',
  ],
  [{ type: 'exec', command: 'is-primary', address: '-x' }, ADDRESS],
  [{ type: 'exec', command: 'is-primary', run: ['/bin/sh'] }, 'check.run: There is no such field'],
  [{ type: 'push', name: 'a b' }, 'check.name: Must be a name of letters, digits, "-", "_" and "."'],
  [{ type: 'push', expires: 0 }, 'check.expires: Must be a number from 1 to 86400'],
  [{ type: 'push', expires: Number.NaN }, 'check.expires: Must be a number from 1 to 86400'],
  [
    { type: 'push', interval: 5, rise: 2 },
    'check.interval: Does not belong to push checks',
    'check.rise: Does not belong to push checks',
  ],
  [{ type: 'dns' }, 'check.name: Must be the name to ask for, such as "www.example.com"'],
  [{ type: 'dns', name: '@' }, 'check.name: Must be the name to ask for, such as "www.example.com"'],
  [
    { type: 'dns', name: 'www' },
    'check.name: Name "www" is ambiguous; write "www.", or "www." for the top-level domain',
  ],
  [{ type: 'dns', name: 'a.test', record: 'AXFR' }, RECORD],
  [{ type: 'dns', name: 'a.test', record: 5 }, RECORD],
  [{ type: 'dns', name: 'a.test', rcode: 'OK' }, RCODE],
  [{ type: 'dns', name: 'a.test', rcode: [] }, RCODE],
  [
    { type: 'dns', name: 'a.test', expect: '192.0.2' },
    'check.expect: A: The address "192.0.2" is no IPv4 address such as 192.0.2.10',
  ],
  [{ type: 'dns', name: 'a.test', expect: [] }, 'check.expect: Must be 1 to 16 values of the record'],
  [{ type: 'dns', name: 'a.test', transport: 'tls' }, 'check.transport: Must be "udp" or "tcp"'],
  [{ type: 'http', intervall: 5 }, 'check.intervall: There is no such field; "interval"?'],
  [{ type: 'http', status: [99] }, STATUS],
  [{ type: 'http', status: ['299-200'] }, STATUS],
  [{ type: 'http', status: ['200-600'] }, STATUS],
  [{ type: 'http', status: [] }, STATUS],
  [{ type: 'http', url: 'https://x/' }, 'check.url: Must be a URL that begins with "http://"'],
  [{ type: 'http', url: 'x' }, 'check.url: Must be a URL that begins with "http://"'],
  [
    { type: 'http', url: 'http://x/', path: '/', port: 1 },
    'check.path: Is part of "url"; write it there',
    'check.port: Is part of "url"; write it there',
  ],
];

for (const [check, ...expected] of REFUSED) {
  test(`Refused: ${JSON.stringify(check)}`, () => {
    assert.deepEqual(problems(check), expected);
  });
}

test('Services without addresses beside them are probed at their targets, over TCP at their own ports', () => {
  const srv = (port: number, target: string): Uint8Array =>
    Buffer.concat([Uint8Array.of(0, 1, 0, 1, port >> 8, port & 255), name(target)]);
  const sip = srv(5060, 'Sip.example.net.');
  const services: RecordSet[] = [{ type: RRTYPE.SRV, ttl: 30, rdatas: [sip], slots: [-1] }];
  const targetsOf = (check: object, sets: readonly RecordSet[], rdata: Uint8Array): string | undefined => {
    const reader = new DataReader();
    const targetOf = readCheck(check, 'check', sets, reader, CHECK_TIMING);
    assert.deepEqual(reader.problems, []);
    const found = targetOf?.(RRTYPE.SRV, rdata);
    assert.ok(found === undefined || !isCombination(found));
    return found && `${found.type} ${found.address} ${found.port}`;
  };
  assert.equal(targetsOf({ type: 'tcp', port: 1 }, services, sip), 'tcp sip.example.net 5060');
  assert.equal(targetsOf({ type: 'http', port: 8080 }, services, sip), 'http sip.example.net 8080');
  // RFC 2782: the root for a target says that there is no such service.
  assert.equal(targetsOf({ type: 'tcp', port: 1 }, services, srv(5060, '.')), undefined);
  assert.equal(targetsOf({ type: 'tcp', port: 1 }, [...ADDRESSES, ...services], sip), undefined);
});

test('A pool without addresses needs a URL to be checked', () => {
  const alias: RecordSet[] = [{ type: RRTYPE.CNAME, ttl: 30, rdatas: [V4], slots: [-1] }];
  assert.deepEqual(problems({ type: 'tcp', port: 1 }, alias), [
    'check: Needs addresses (A, AAAA) or services (SRV) to check, or a "url"',
  ]);
  assert.deepEqual(problems({ type: 'http', url: 'http://x/' }, alias), []);
});
