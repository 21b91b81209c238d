/** LUA records as plans and handlers, and what is wrong by file and line. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { importPdnsLua } from '../../runtime/import/pdns-lua/import-pdns-lua.ts';
import { originals, policyOf, refused, toldOf, understood } from './folder.ts';

const HEAD = '$ORIGIN z.example.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 1800 259200 900\n@ NS ns1\n';

function importOf(records: string) {
  return importPdnsLua(path.join(originals({ 'z.example.zone': HEAD + records }), 'z.example.zone'), {});
}

/** The policy for one script that answers addresses. */
function policyFor(script: string): string {
  return policyOf(understood(importOf(`www LUA A "${script}"\n`)), 'z.example');
}

const TWO = "{'192.0.2.1','192.0.2.2'}";

for (const [script, plan] of [
  [`pickrandom(${TWO})`, /www: rotate\('www', \{ count: 1 \}\)/],
  [`all(${TWO})`, /www: 'www'/],
  ["pickwrandom({{15,'192.0.2.1'},{85,'192.0.2.2'}})", /www: weighted\(\{ www: 15, 'www-2': 85 \}\)/],
  [`pickhashed(${TWO})`, /www: sticky\('www', 'www-2'\)/],
  ["pickwhashed({{15,'192.0.2.1'},{85,'192.0.2.2'}})", /www: sticky\(\{ www: 15, 'www-2': 85 \}\)/],
  ["picknamehashed({{1,'192.0.2.1'},{1,'192.0.2.2'}})", /www: sticky\('www', 'www-2', \{ by: 'name' \}\)/],
  [`ifportup(443, ${TWO})`, /check: \{ type: 'tcp', port: 443, interval: 5, timeout: 2, rise: 1, fall: 1 \}/],
  [`ifportup(443, ${TWO}, {backupSelector='empty', minimumFailures=3})`, /fall: 3 \}, whenDown: 'empty'/],
  [
    `ifportup(443, {${TWO}, {'192.0.2.3'}})`,
    /www: firstHealthy\(rotate\('www', \{ count: 1 \}\), 'www-2', rotate\('www-3', \{ count: 1 \}\)\)/,
  ],
  [
    "ifurlup('http://www.z.example:8080/up?a=1', {'192.0.2.1'}, {stringmatch='ok'})",
    /path: '\/up\?a=1', port: 8080, host: 'www.z.example', status: \[200\], expect: 'ok'/,
  ],
  [
    ";if continent('EU') and not country({'GB','CH'}) then return '192.0.2.1' end return '192.0.2.2'",
    /if \( ?query.client.continent === 'EU' && !\(query.client.country === 'GB' \|\| query.client.country === 'CH'\) ?\) (?:\{ )?return 'www'; (?:\} )?return 'www-2'/,
  ],
  [
    "countryCode() == 'de' and '192.0.2.1' or '192.0.2.2'",
    /if \(query.client.country === 'DE'\) return 'www'; return 'www-2'/,
  ],
  [
    ";if asnum({64496,64497}) or netmask({'10.0.0.0/8'}) then return '192.0.2.1' else return nil end",
    /if \( ?query.client.asn === 64496 \|\| query.client.asn === 64497 \|\| query.client.in\('10.0.0.0\/8'\) ?\) (?:\{ )?return 'www'; (?:\} )?return nodata\(\)/,
  ],
  [";local t = {eu='192.0.2.1'} if true then return t.eu end return t['us']", /www: 'www'/],
] as const)
  test(`${script} is a plan`, () => assert.match(policyFor(script.replaceAll('"', '\\"')), plan));

test('Scripts include values from records of the type LUA, and pools have the names of these', () => {
  const imported = understood(
    importOf(`config LUA LUA "eu=${TWO}"\nwww LUA A ";include('config') return pickrandom(eu)"\n`),
  );
  assert.match(
    policyOf(imported, 'z.example'),
    /pools: \{ eu: \{ A: \['192.0.2.1', '192.0.2.2'\] \}, \}, .*www: rotate\('eu'/,
  );
});

test('Types of one name are decided each for itself', () => {
  const imported = understood(importOf(`www LUA A "'192.0.2.1'"\nwww LUA AAAA "'2001:db8::1'"\n`));
  assert.match(
    policyOf(imported, 'z.example'),
    /if \(query.type === 'AAAA'\) return 'www-v6'; return 'www';/,
  );
});

for (const [what, script, why] of [
  ['a function that is none', 'pickrandm({})', /no function `pickrandm`; did you mean "pickrandom"/],
  ['a computation', "'a' .. countryCode()", /computes with `\.\.`/],
  ['a loop', ';for i=1,2 do end', /has `for`/],
  ['a function of its own', ';local function f() end', /defines a function/],
  ['names from names', 'createForward()', /createForward/],
  ['a name that has no value', 'pickrandom(ips)', /`ips` is not known/],
  ['an include that is not there', ";include('no') return '192.0.2.1'", /no record LUA LUA at "no"/],
] as const)
  test(`A script with ${what} is left out, and told`, () => {
    const imported = understood(importOf(`ok LUA A "'192.0.2.1'"\nwww LUA A "${script}"\n`));
    assert.deepEqual(toldOf(imported), ['z.example.zone:6 left out: LUA A of www']);
    assert.match(imported.report[0]?.why ?? '', why);
    assert.match(policyOf(imported, 'z.example'), /ok: 'ok'/);
  });

for (const [script, message] of [
  ["pickrandom({'192.0.2.1'", /The table that is open here does not end|due/],
  [";if country('DE') return '192.0.2.1' end", /`then` is due, at `return/],
  ['pickrandom({}) pickrandom', /expression has ended before/],
  ["pickrandom({'192.0.2.1})", /begins no word of Lua/],
] as const)
  test(`${script} is no Lua, which is told by file and line`, () => {
    const told = refused(importOf(`www LUA A "${script}"\n`));
    assert.match(told.message, message);
    assert.deepEqual([told.file, told.line], ['z.example.zone', 5]);
    assert.ok(told.remedy);
  });

test('ALIAS is a pool whose addresses are asked for, beside what scripts answer of other types', () => {
  const imported = understood(
    importOf(
      `@ 120 ALIAS lb.example.net.\n@ LUA TXT "'text'"\nlb ALIAS lb\nboth LUA A "'192.0.2.1'"\nboth ALIAS b.example.net.\n`,
    ),
  );
  const policy = policyOf(imported, 'z.example');
  assert.match(policy, /apex: \{ alias: 'lb\.example\.net', ttl: 120 \}/);
  assert.match(policy, /'@': \(query\) => \{[^}]*query\.type === 'TXT'/);
  assert.deepEqual(toldOf(imported), [
    'z.example.zone:5 note: ALIAS of @',
    'z.example.zone:7 left out: ALIAS of lb',
    'z.example.zone:9 changed: ALIAS of both',
  ]);
});

test('A script nested too deep ends nothing', () => {
  assert.match(refused(importOf(`www LUA A "${'{'.repeat(1000)}"\n`)).message, /too deep/);
});
