/** What a team may use: judged in wire form, so that no way of writing it leads around. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TeamLimits } from '../../runtime/limits/team-limits.ts';
import { parseTeam } from '../../runtime/registry/teams/team-file.ts';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import { nameFromText } from '../../runtime/wire/name.ts';
import { rdataFromText } from '../../runtime/wire/rdata/registry.ts';
import { splitFields } from '../../runtime/wire/text-field.ts';

const ZONE = nameOf('pay.example.');

function nameOf(text: string): Uint8Array {
  const name = nameFromText(text, text.endsWith('.') ? undefined : ZONE);
  assert.ok(name.ok);
  return name.value;
}

function limitsOf(...manifests: readonly string[]): TeamLimits {
  const data = manifests.map((text, index) => {
    const read = parseTeam(text, `_team${index}.yaml`);
    assert.ok(read.ok, JSON.stringify(read));
    return read.value;
  });
  return new TeamLimits(data, ZONE);
}

/** Why a record, as zone files have it, is beyond the limits. */
function problem(limits: TeamLimits, owner: string, type: string, data: string): string | undefined {
  const number = typeFromText(type);
  assert.ok(number !== undefined);
  const fields = splitFields(data);
  assert.ok(fields.ok);
  const rdata = rdataFromText(number, fields.value, (text) => nameFromText(text, ZONE));
  assert.ok(rdata.ok, JSON.stringify(rdata));
  return limits.recordProblem(nameOf(owner), number, rdata.value);
}

const A = ['A', '192.0.2.1'] as const;

test('A name is allowed by itself or by a pattern above it, in any case; a wildcard needs the pattern of its parent', () => {
  const limits = limitsOf('names: [www, "*.app", "API.eu", "deep\\\\.er"]');
  for (const owner of ['www', 'WWW', 'www.pay.example.', 'x.app', '*.app', '*.x.app', 'api.eu', 'deep\\.er'])
    assert.equal(problem(limits, owner, ...A), undefined, owner);
  for (const owner of ['@', '*', 'app', 'xwww', 'www.app2', 'x.www', 'eu', '*.eu', 'deep.er', 'www\\.app'])
    assert.match(problem(limits, owner, ...A) ?? '', /is beyond "names" \(_team0\.yaml:1\)$/, owner);
  assert.equal(problem(limits, '@', 'SOA', 'ns.x. h.x. 1 2 3 4 5'), undefined, 'a zone has an SOA');
  const all = limitsOf('names: ["*"]');
  assert.equal(problem(all, '*', ...A), undefined);
  assert.match(problem(all, '@', ...A) ?? '', /^"pay\.example\." is beyond "names"/);
  assert.equal(problem(limitsOf('names: ["@"]'), '@', ...A), undefined);
});

test('Who redirects or delegates all names below an owner needs them all', () => {
  const one = limitsOf('names: [legacy, "@"]');
  const below = limitsOf('names: [legacy, "*.legacy", "@"]');
  for (const type of ['DNAME', 'NS']) {
    assert.match(problem(one, 'legacy', type, 'x.example.') ?? '', /^"\*\.legacy\.pay\.example\." is beyond/);
    assert.equal(problem(below, 'legacy', type, 'x.example.'), undefined);
  }
  assert.equal(problem(one, '@', 'NS', 'ns.x.example.'), undefined, 'the name servers of the zone itself');
});

test('Types are the same under each of their names', () => {
  const limits = limitsOf('types: [a, TYPE28, TYPE65280]');
  for (const [type, data] of [
    ['A', '192.0.2.1'],
    ['TYPE1', '\\# 4 c0000201'],
    ['aaaa', '2001:db8::1'],
    ['TYPE65280', '\\# 1 00'],
  ] as const)
    assert.equal(problem(limits, 'www', type, data), undefined, type);
  for (const [type, data] of [
    ['TXT', 'x'],
    ['TYPE5', '\\# 3 016100'],
    ['CNAME', 'a.'],
    ['TYPE65281', '\\# 1 00'],
  ] as const)
    assert.match(problem(limits, 'www', type, data) ?? '', /is beyond "types"/, type);
});

test('Addresses are found wherever records have them, and with an IPv4 address inside they are that one too', () => {
  const limits = limitsOf('addresses: [192.0.2.0/24, "2001:db8::/32", "64:ff9b::/96"]\ntargets: ["*"]');
  const within: [string, string][] = [
    ['A', '192.0.2.255'],
    ['TYPE1', '\\# 4 c0000201'],
    ['AAAA', '2001:DB8:0:0::1'],
    ['AAAA', '::ffff:192.0.2.1'],
    ['AAAA', '64:ff9b::192.0.2.1'],
    ['HTTPS', '1 . ipv4hint=192.0.2.1 ipv6hint=2001:db8::1'],
    ['IPSECKEY', '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=='],
    ['L32', '10 192.0.2.1'],
    ['TYPE65280', '\\# 4 c6336401'],
  ];
  for (const [type, data] of within) assert.equal(problem(limits, 'www', type, data), undefined, data);
  const beyond: [string, string, string][] = [
    ['A', '198.51.100.1', '198.51.100.1'],
    ['TYPE1', '\\# 4 c6336401', '198.51.100.1'],
    ['AAAA', '2001:db9::1', '2001:db9::1'],
    ['AAAA', '::ffff:198.51.100.1', '::ffff:198.51.100.1'],
    ['AAAA', '::ffff:c633:6401', '::ffff:198.51.100.1'],
    ['AAAA', '64:ff9b::198.51.100.1', '64:ff9b::c633:6401'],
    ['AAAA', '2002:c633:6401::1', '2002:c633:6401::1'],
    ['HTTPS', '1 . ipv4hint=192.0.2.1,198.51.100.1', '198.51.100.1'],
    ['HTTPS', '1 . key4="\\198\\051\\100\\001"', '198.51.100.1'],
    ['SVCB', '1 . alpn=dot ipv6hint=2001:db9::1', '2001:db9::1'],
    ['IPSECKEY', '10 1 2 198.51.100.1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==', '198.51.100.1'],
    ['AMTRELAY', '10 0 2 2001:db9::1', '2001:db9::1'],
    ['WKS', '198.51.100.1 tcp smtp', '198.51.100.1'],
  ];
  for (const [type, data, shown] of beyond)
    assert.equal(problem(limits, 'www', type, data), `"${shown}" is beyond "addresses" (_team0.yaml:1)`);
  const all6 = limitsOf('addresses: ["::/0", 192.0.2.0/24]');
  assert.match(problem(all6, 'www', 'AAAA', '::ffff:198.51.100.1') ?? '', /is beyond "addresses"/);
  assert.match(problem(all6, 'www', 'AAAA', '2002:c633:6401::1') ?? '', /is beyond "addresses"/);
  assert.equal(problem(all6, 'www', 'AAAA', '2002:c000:0201::1'), undefined);
});

/** A record of each type that leads to a name. */
const LEADS: [string, (name: string) => string][] = [
  ['CNAME', (name) => name],
  ['DNAME', (name) => name],
  ['NS', (name) => name],
  ['PTR', (name) => name],
  ['MX', (name) => `10 ${name}`],
  ['SRV', (name) => `0 0 443 ${name}`],
  ['SVCB', (name) => `0 ${name}`],
  ['HTTPS', (name) => `1 ${name} alpn=h2`],
  ['NAPTR', (name) => `1 1 s SIP+D2U "" ${name}`],
  ['KX', (name) => `1 ${name}`],
  ['AFSDB', (name) => `1 ${name}`],
  ['RT', (name) => `1 ${name}`],
  ['RP', (name) => `${name} .`],
  ['LP', (name) => `10 ${name}`],
  ['MINFO', (name) => `. ${name}`],
  ['IPSECKEY', (name) => `10 3 2 ${name} AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==`],
  ['AMTRELAY', (name) => `10 0 3 ${name}`],
  ['HIP', (name) => `2 200100107B1A74DF365639CC39F1D578 AwEAAQ== rvs.cdn.example. ${name}`],
  ['DSYNC', (name) => `CDS NOTIFY 5359 ${name}`],
];

test('A record of each type that leads to a name leads to one that is allowed; the root is no target', () => {
  const limits = limitsOf('targets: [cdn.example, "*.cdn.example", "*.pay.example"]');
  for (const [type, data] of LEADS) {
    for (const name of ['eu.cdn.example.', 'CDN.Example.', 'www', 'www.pay.example.'])
      assert.equal(problem(limits, 'www', type, data(name)), undefined, `${type} ${name}`);
    for (const name of ['evil.example.', 'cdn.example.evil.', 'xcdn.example.', '@', 'cdn\\.example.'])
      assert.match(problem(limits, 'www', type, data(name)) ?? '', /is beyond "targets"/, `${type} ${name}`);
    if (!['HIP', 'NAPTR'].includes(type))
      assert.equal(problem(limits, 'www', type, data('.')), undefined, type);
  }
  assert.match(problem(limits, 'www', 'TYPE5', '\\# 6 046576696c00') ?? '', /^"evil\." is beyond "targets"/);
  assert.match(limits.aliasProblem(nameOf('Evil.Example.')) ?? '', /^"evil\.example\." is beyond "targets"/);
});

test('Where addresses are bounded and targets are not, a target is a name in the zone', () => {
  const limits = limitsOf('addresses: [192.0.2.0/24]');
  assert.equal(problem(limits, 'www', 'CNAME', 'web'), undefined);
  assert.equal(problem(limits, 'www', 'MX', '10 @'), undefined);
  assert.match(
    problem(limits, 'www', 'CNAME', 'web.example.') ?? '',
    /"addresses" \(_team0\.yaml:1, and without "targets"/,
  );
  assert.match(limits.aliasProblem(nameOf('x.')) ?? '', /is beyond "addresses"/);
});

test('Each of several manifests has to allow it', () => {
  const limits = limitsOf('types: [A, AAAA]\nnames: ["*"]', 'types: [A, TXT]\naddresses: [192.0.2.0/28]');
  assert.equal(problem(limits, 'www', ...A), undefined);
  assert.match(problem(limits, 'www', 'AAAA', '2001:db8::1') ?? '', /_team1\.yaml:1/);
  assert.match(problem(limits, 'www', 'TXT', 'x') ?? '', /_team0\.yaml:1/);
  assert.match(problem(limits, '@', ...A) ?? '', /_team0\.yaml:2/);
  assert.match(problem(limits, 'www', 'A', '192.0.2.77') ?? '', /_team1\.yaml:2/);
});

test('A list that is empty allows nothing, and zones are matched as a whole', () => {
  assert.match(problem(limitsOf('types: []'), 'www', ...A) ?? '', /is beyond "types"/);
  for (const [zones, isAllowed] of [
    ['[PAY.example]', true],
    ['["*.example"]', true],
    ['["*"]', true],
    ['["*.pay.example"]', false],
    ['[ay.example]', false],
    ['[]', false],
  ] as const)
    assert.equal(limitsOf(`zones: ${zones}`).zoneProblem() === undefined, isAllowed, zones);
});

test('Checks are bounded by kind, by what they probe and by how often', () => {
  const target = { id: '', type: 'tcp', port: 1, intervalMs: 5000, timeoutMs: 1000, rise: 1, fall: 1 };
  const limits = limitsOf(
    'checks: { kinds: [tcp], hosts: ["*.pay.example"], addresses: [192.0.2.0/24], interval: 5 }',
  );
  const check = (change: object, of = limits) =>
    of.checkProblem({ ...target, address: '192.0.2.1', ...change });
  assert.equal(check({}), undefined);
  assert.equal(check({ address: 'WWW.pay.example' }), undefined);
  assert.match(check({ type: 'http' }) ?? '', /^"http" is beyond "checks\.kinds"/);
  assert.match(check({ address: '198.51.100.1' }) ?? '', /is beyond "checks\.addresses"/);
  assert.match(check({ address: '::ffff:198.51.100.1' }) ?? '', /is beyond "checks\.addresses"/);
  assert.match(check({ address: 'evil.example' }) ?? '', /is beyond "checks\.addresses"/);
  assert.match(check({ intervalMs: 4000 }) ?? '', /^"4 s" is beyond "checks\.interval"/);
  const byAddress = limitsOf('checks: { addresses: [192.0.2.0/24] }');
  assert.match(check({ address: 'www.pay.example' }, byAddress) ?? '', /beyond/, 'its addresses may be any');
  const pushed = { type: 'push', port: 0, address: 'db.pay.example' };
  assert.match(check(pushed) ?? '', /^"push" is beyond "checks\.kinds"/);
  const pushes = limitsOf('checks: { kinds: [push], hosts: ["*.pay.example"] }');
  assert.equal(check(pushed, pushes), undefined);
  assert.match(check({ ...pushed, address: 'db' }, pushes) ?? '', /is beyond "checks\.hosts"/);
  const byHost = limitsOf('checks: { hosts: [www.pay.example] }');
  assert.match(check({ address: '192.0.2.1' }, byHost) ?? '', /is beyond "checks\.hosts"/);
});

test('Checks may be kept from saying anything of their own', () => {
  const timing = { id: '', intervalMs: 5000, timeoutMs: 1000, rise: 1, fall: 1 };
  const at = { ...timing, address: '192.0.2.1', port: 1 };
  const silent = limitsOf('checks: { send: false }');
  const http = { ...at, type: 'http', path: '/', host: 'a' };
  assert.equal(silent.checkProblem({ ...at, type: 'tcp' }), undefined);
  assert.equal(silent.checkProblem(http), undefined);
  const talks = [
    { ...at, type: 'tcp', send: 'FLUSHALL\r\n' },
    { ...http, method: 'POST' },
    { ...http, headers: { 'X-Delete': 'all' } },
  ];
  for (const one of talks) {
    assert.match(silent.checkProblem(one) ?? '', /is beyond "checks\.send" \(/);
    assert.equal(limitsOf('checks: { send: true }').checkProblem(one), undefined);
  }
});
