/** Settings: defaults, file, environment and flags, and what is said about mistakes in each. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type Diagnostic, formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { type Config, type ConfigOptions, listSettings, loadConfig } from '../../runtime/config/config.ts';
import { parseConfigFile } from '../../runtime/config/file.ts';
import { configJsonSchema } from '../../runtime/config/schema.ts';
import { SETTINGS } from '../../runtime/config/settings.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-config-'));
const empty = mkdtempSync(path.join(tmpdir(), 'dnsteer-config-'));
after(() => {
  for (const folder of [cwd, empty]) rmSync(folder, { recursive: true });
});

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';

function load(yaml: string | undefined, options: Partial<ConfigOptions> = {}): ReturnType<typeof loadConfig> {
  if (yaml !== undefined) writeFileSync(path.join(cwd, 'dnsteer.yaml'), yaml);
  return loadConfig({ env: {}, cwd: yaml === undefined ? empty : cwd, ...options });
}

function valid(yaml: string | undefined, options?: Partial<ConfigOptions>): Config {
  const result = load(yaml, options);
  assert.ok(result.ok, result.ok ? '' : result.problem.map(formatDiagnostic).join('\n'));
  return result.value;
}

function problems(yaml: string | undefined, options?: Partial<ConfigOptions>): Diagnostic[] {
  const result = load(yaml, options);
  assert.ok(!result.ok, 'the configuration is accepted');
  return result.problem;
}

/** `2:5 message`. */
function said(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ line, column, message }) =>
    line === undefined ? message : `${line}:${column} ${message}`,
  );
}

test('For asking a server that runs, what is wrong beside admin and state does not matter', () => {
  const listen = { address: '127.0.0.1', port: 9053 };
  const known = 'admin: { listen: 127.0.0.1:9053 }\nstate: kept\nlisen: [1]\nzone: { ttl: x }\n';
  assert.equal(problems(known).length, 2);
  const asking = valid(known, { isForAsking: true });
  assert.deepEqual(asking.admin.listen, listen);
  assert.equal(asking.state, path.join(cwd, 'kept'));
  const unparsed = valid('listen: nonsense: {\n', {
    isForAsking: true,
    env: { DNSTEER_ADMIN_LISTEN: '127.0.0.1:9053' },
  });
  assert.deepEqual([unparsed.admin.listen, unparsed.state], [listen, path.join(cwd, '.dnsteer')]);
  problems('admin: { listen: nowhere }', { isForAsking: true });
});

test('Without file and environment, every default applies', () => {
  const config = valid(undefined);
  assert.equal(config.file, undefined);
  assert.equal(config.policies, path.join(empty, 'policies'));
  assert.equal(config.state, path.join(empty, '.dnsteer'));
  assert.deepEqual(config.listen, [{ address: '127.0.0.1', port: 5300 }]);
  assert.deepEqual(config.admin, {
    listen: { address: '127.0.0.1', port: 8053 },
    changeTokenFile: path.join(empty, '.dnsteer/admin-token'),
  });
  assert.deepEqual(config.policy, {
    ttl: 30,
    budget: 5,
    deadline: 50,
    topLevel: 100,
    maxBudget: 100,
    maxDeadline: 1000,
    memory: 32,
  });
  assert.deepEqual(config.health, {
    interval: 10,
    timeout: 5,
    rise: 2,
    fall: 3,
    probesPerSecond: 2000,
    damping: { changes: 0, within: 600, quiet: 600 },
    requests: [],
    commands: {},
  });
  assert.deepEqual(config.memo, { leaves: 10_000, policyMemory: 32, memory: 256, packets: 65_536 });
  assert.deepEqual(config.edns, { udpSize: 1232 });
  assert.deepEqual(config.identity, {});
  assert.equal(config.tcp.idle, 30);
  assert.equal(config.tcp.clients, 256);
  assert.equal(config.zone.negativeTtl, undefined);
  assert.deepEqual(config.zone.nameServers, []);
});

test('Without name servers the operator is told what that means', () => {
  assert.match(
    valid(undefined)
      .warnings.map(({ message }) => message)
      .join(),
    /"zone\.nameServers" is empty.*for trying only/,
  );
  assert.deepEqual(valid('zone: { nameServers: [ns1.example.net] }').warnings, []);
});

test('An empty file, or one of comments, is the defaults', () => {
  assert.deepEqual(valid('').policy, valid(undefined).policy);
  assert.deepEqual(valid('# nothing here\n').policy, valid(undefined).policy);
});

test('The file sets what it names and leaves the rest', () => {
  const config = valid(`
listen: ['0.0.0.0:53', '[::]:53']
admin: { listen: off }
policy:
  budget: 8
zone:
  nameServers:
    - ns1.example.net
    - { name: NS2.example.com., addresses: [192.0.2.53, '2001:db8::53'] }
  contact: dns.admin@example.net
geo:
  overrides:
    10.0.0.0/8: { country: DE, latitude: 50.1, longitude: 8.7 }
`);
  assert.deepEqual(config.listen, [
    { address: '0.0.0.0', port: 53 },
    { address: '::', port: 53 },
  ]);
  assert.equal(config.admin.listen, 'off');
  assert.equal(config.policy.budget, 8);
  assert.equal(config.policy.deadline, 50);
  assert.deepEqual(config.zone.nameServers, [
    { name: 'ns1.example.net', addresses: [] },
    { name: 'ns2.example.com', addresses: ['192.0.2.53', '2001:db8::53'] },
  ]);
  // RFC 1035 §8: the dot before the @ parts no labels.
  assert.equal(config.zone.contact, 'dns\\.admin.example.net');
  assert.deepEqual(config.geo.overrides['10.0.0.0/8'], { country: 'DE', latitude: 50.1, longitude: 8.7 });
});

test('Norway is a country (YAML 1.2)', () => {
  const config = valid('geo: { overrides: { 10.0.0.0/8: { country: NO } } }');
  assert.equal(config.geo.overrides['10.0.0.0/8']?.country, 'NO');
});

test('Nobody can change the settings once they are read', () => {
  const config = valid('listen: ["127.0.0.1:53"]');
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.policy) && Object.isFrozen(config.listen));
});

test('Folders are relative to the file that names them', () => {
  const config = valid('policies: zones', { cwd: empty, file: path.join(cwd, 'dnsteer.yaml') });
  assert.equal(config.policies, path.join(cwd, 'zones'));
  const overridden = valid('policies: zones', {
    cwd: empty,
    file: path.join(cwd, 'dnsteer.yaml'),
    overrides: [{ setting: 'policies', text: './mine', origin: '--policies' }],
  });
  assert.equal(overridden.policies, path.join(empty, 'mine'));
});

test('A file that is asked for must be there', () => {
  assert.deepEqual(said(problems(undefined, { file: 'missing.yaml' })), [
    'Cannot read "missing.yaml": it does not exist',
  ]);
  assert.deepEqual(said(problems(undefined, { env: { DNSTEER_CONFIG: 'gone.yaml' } })), [
    'Cannot read "gone.yaml": it does not exist',
  ]);
});

test('All problems are told at once, each at its line and column', () => {
  const found = problems(`listn: ['127.0.0.1:53']
listen: [127.0.0.1]
policy:
  budget: soon
  deadlin: 50
zone:
  nameServers:
    - { nam: ns1.example.net }
    - bad name
`);
  assert.deepEqual(said(found), [
    '1:1 Unknown setting "listn"',
    '2:10 Setting "listen[0]" must be an IP address and a port, such as "127.0.0.1:5300" or "[::1]:5300", not "127.0.0.1"',
    '4:11 Setting "policy.budget" must be a whole number from 1 to 10000, not "soon"',
    '5:3 Unknown setting "policy.deadlin"',
    '8:7 Setting "zone.nameServers[0].name" is missing',
    '8:9 Unknown setting "zone.nameServers[0].nam"',
    '9:7 Setting "zone.nameServers[1]" must be a host name, such as "ns1.example.net", not "bad name"',
  ]);
  assert.deepEqual(
    found.filter(({ remedy }) => remedy !== undefined).map(({ remedy }) => remedy),
    ['Did you mean "listen"?', 'Did you mean "deadline"?', 'Did you mean "name"?'],
  );
  assert.ok(
    found.every(
      ({ code, severity, file }) => code === 'CONFIG' && severity === 'error' && file === 'dnsteer.yaml',
    ),
  );
});

test('A problem shows the line and a caret under it', () => {
  const [problem] = problems('policy:\n  budget: soon # enough\n');
  assert.ok(problem);
  assert.equal(
    formatDiagnostic(problem),
    `dnsteer.yaml:2:11: error: Setting "policy.budget" must be a whole number from 1 to 10000, not "soon"
      budget: soon # enough
              ^`,
  );
});

test('An unknown key nothing resembles is answered with what is known there', () => {
  const [problem] = problems('memo: { zebra: 1 }');
  assert.equal(problem?.remedy, 'Known here: leaves, policyMemory, memory, packets');
});

test('Text that is no YAML is shown where it goes wrong', () => {
  const [problem] = problems('listen:\n  - [::1]:53\n');
  assert.equal(problem?.line, 2);
  assert.equal(problem?.source, '  - [::1]:53');
  assert.match(said(problems('policy: {}\npolicy: {}\n')).join(), /^2:1 /);
});

test('A file that is a list or a text is refused as a whole', () => {
  assert.deepEqual(said(problems('- listen\n')), ['1:1 The configuration must be a mapping, not a list']);
});

test('A key without a value is called empty', () => {
  assert.deepEqual(said(problems('policies:\n')), [
    '1:10 Setting "policies" must be the path of a folder, and is empty',
  ]);
});

test('What a server says of itself is as long as DNS can say', () => {
  const found = said(problems(`identity: { name: ${'ä'.repeat(128)}, version: ${'x'.repeat(255)} }`));
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /^1:19 Setting "identity\.name" must be a text of at most 255 octets/);
});

test('Settings that contradict each other are refused', () => {
  assert.deepEqual(said(problems('policy: { budget: 60 }')), [
    '1:19 Setting "policy.budget" must not be above policy.deadline (50), not 60',
  ]);
  assert.deepEqual(said(problems('health: { timeout: 11 }')), [
    '1:20 Setting "health.timeout" must not be above health.interval (10), not 11',
  ]);
  assert.deepEqual(said(problems('group: dns')), ['1:8 Setting "group" needs "user" beside it, not "dns"']);
});

test('Encryption without its files says which are lacking, and how to name them', () => {
  for (const [written, complaint] of [
    [
      'tls: { listen: ["[::1]:853"] }',
      '1:8 Setting "tls.listen" needs "tls.certificate" and "tls.key" beside it',
    ],
    [
      'tls: { key: k.pem, listen: ["[::1]:853"] }',
      '1:20 Setting "tls.listen" needs "tls.certificate" beside it',
    ],
    [
      'tls: { certificate: c.pem }\nhttps: { listen: ["[::1]:443"] }',
      '2:10 Setting "https.listen" needs "tls.key" beside it',
    ],
  ] as const) {
    const found = problems(written);
    assert.deepEqual(said(found), [complaint]);
    assert.equal(
      found[0]?.remedy,
      'Name the files, in PEM form: tls: { certificate: ./cert.pem, key: ./key.pem }',
    );
  }
});

test('Wrong networks and wrong places are told apart', () => {
  const found = problems(
    'geo:\n  overrides:\n    10.0.0.0/64: { country: DE }\n    10.0.0.0/8: { country: de }\n',
  );
  assert.deepEqual(said(found), [
    '3:5 Key "10.0.0.0/64" of "geo.overrides" must be a network, such as "10.0.0.0/8"',
    '4:28 Setting "geo.overrides.10.0.0.0/8.country" must be two capital letters, such as "DE", not "de"',
  ]);
});

test('A variable can say yes and no', () => {
  const env = { DNSTEER_ZONE_CYCLIC: 'true', DNSTEER_DNSSEC_ROLLS: 'false' };
  const { zone, dnssec } = valid('dnssec: { rolls: true }', { env });
  assert.deepEqual([zone.cyclic, dnssec.rolls], [true, false]);
  assert.deepEqual(said(problems('', { env: { DNSTEER_ZONE_CYCLIC: 'yes' } })), [
    'DNSTEER_ZONE_CYCLIC must be true or false, not "yes"',
  ]);
});

test('A variable wins over the file, and a flag over the variable', () => {
  const env = {
    DNSTEER_POLICY_MAX_BUDGET: '70',
    DNSTEER_LISTEN: '127.0.0.1:1053, [::1]:1053',
    DNSTEER_LOG_LEVEL: '',
  };
  const config = valid('policy: { maxBudget: 60 }\nlisten: ["127.0.0.1:53"]\nlog: { level: warn }', {
    env,
    overrides: [{ setting: 'processes', text: '3', origin: '--processes' }],
  });
  assert.equal(config.policy.maxBudget, 70);
  assert.deepEqual(config.listen, [
    { address: '127.0.0.1', port: 1053 },
    { address: '::1', port: 1053 },
  ]);
  assert.equal(config.processes, 3);
  assert.equal(config.log.level, 'warn', 'an empty variable is no setting');
});

test('A text stays a text even if it looks like a number', () => {
  const config = valid(undefined, { env: { DNSTEER_STATE: '8', DNSTEER_USER: '1000' } });
  assert.equal(config.state, path.join(empty, '8'));
  assert.equal(config.user, '1000');
});

test('A mistake in a variable or a flag names it', () => {
  const found = problems(undefined, {
    env: { DNSTEER_LISTEN: 'localhost:53', DNSTEER_POLICY_BUDGET: 'x' },
    overrides: [{ setting: 'processes', text: '0', origin: '--processes' }],
  });
  assert.deepEqual(said(found).sort(), [
    '--processes must be a whole number from 1 to 256, not 0',
    'DNSTEER_LISTEN must be an IP address and a port, such as "127.0.0.1:5300" or "[::1]:5300", not "localhost:53"',
    'DNSTEER_POLICY_BUDGET must be a whole number from 1 to 10000, not "x"',
  ]);
});

test('What is wrong with YAML is told in words for an operator, and where', () => {
  assert.deepEqual(said(problems('a: &x 1\nb: *y\n')), ['2:4 No anchor "&y" stands before "*y"']);
  assert.deepEqual(said(problems('log: {}\n---\nlog: {}\n')), [
    '2:1 A second document begins here; the settings are one',
  ]);
});

test('A value that is none of several kinds is told of all of them', () => {
  assert.deepEqual(said(problems('processes: many\nlisten: []\nadmin: { listen: true }\n')), [
    '1:12 Setting "processes" must be "auto" or a whole number from 1 to 256, not "many"',
    '2:1 Setting "listen" must name at least one address, and is empty',
    '3:18 Setting "admin.listen" must be "off" or an IP address and a port, such as "127.0.0.1:5300" or "[::1]:5300", not true',
  ]);
});

test('A mapping in a variable is not taken for a name', () => {
  const env = { DNSTEER_ZONE_NAME_SERVERS: '{name: ns1.example.net}' };
  assert.deepEqual(said(problems(undefined, { env })), [
    'DNSTEER_ZONE_NAME_SERVERS must be a host name, such as "ns1.example.net", not "{name: ns1.example.net}"',
  ]);
});

test('A variable that is nearly one of ours is warned of', () => {
  const { warnings } = valid(undefined, { env: { DNSTEER_LISTENS: '127.0.0.1:53' } });
  assert.equal(warnings[0]?.remedy, 'Did you mean DNSTEER_LISTEN?');
});

test('What Kubernetes sets for a service called dnsteer is no concern of ours', () => {
  const env = {
    DNSTEER_SERVICE_HOST: '10.0.0.1',
    DNSTEER_PORT: 'udp://10.0.0.1:53',
    DNSTEER_PORT_53_UDP_ADDR: '10.0.0.1',
    DNSTEER_ADMIN_SERVICE_PORT_HTTP: '8053',
  };
  assert.deepEqual(valid(undefined, { env }).warnings, valid(undefined).warnings);
});

test('Every setting is listed with its value and where that comes from', () => {
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), 'policy: { budget: 8 }');
  const listed = listSettings({ cwd, env: { DNSTEER_PROCESSES: '2' } });
  assert.ok(listed.ok);
  const origins = new Map(listed.value.settings.map(({ name, value, origin }) => [name, [value, origin]]));
  assert.deepEqual(origins.get('policy.budget'), [8, path.join(cwd, 'dnsteer.yaml')]);
  assert.deepEqual(origins.get('processes'), [2, 'DNSTEER_PROCESSES']);
  assert.deepEqual(origins.get('listen'), [['127.0.0.1:5300'], 'default']);
  assert.equal(listed.value.settings.length, SETTINGS.length);
});

test('Every setting is described, and has a variable of its own unless it is a mapping', () => {
  for (const { name, description } of SETTINGS) assert.match(description, /^["A-Z].*\.$/, name);
  const variables = SETTINGS.flatMap(({ variable }) => variable ?? []);
  assert.equal(new Set(variables).size, variables.length);
  const mappings = SETTINGS.filter(({ variable }) => variable === undefined).map(({ name }) => name);
  assert.deepEqual(mappings, [
    'zone.perZone',
    'keys',
    'transfer.zones',
    'secondary',
    'dnssec.perZone',
    'teams',
    'health.commands',
    'geo.overrides',
  ]);
});

test('Keys of other servers are read from settings and files, and shown nowhere', () => {
  writeFileSync(path.join(cwd, 'b.key'), `${SECRET}\n`);
  const yaml = `keys:\n  a.example: { algorithm: hmac-sha512, secret: ${SECRET} }\n  B.example: { secretFile: b.key }\n`;
  assert.deepEqual(valid(yaml).keys, [
    { name: 'a.example', algorithm: 'hmac-sha512', secret: SECRET },
    { name: 'b.example', algorithm: 'hmac-sha256', secret: SECRET },
  ]);
  const listing = listSettings({ env: {}, cwd });
  assert.ok(listing.ok && !JSON.stringify(listing.value).includes(SECRET));
});

test('What is wrong with keys is said without them, and so is a key that is none', () => {
  for (const [yaml, message] of [
    [`keys:\n  a: { algorithm: md5, secret: ${SECRET} }`, /"keys.a.algorithm" must be one of hmac-sha256/],
    ['keys:\n  a: { secret: c2hvcnQ= }', /"keys.a.secret" must be base64 of at least 16 octets/],
    ['keys:\n  a: {}', /"keys.a" must have either "secret" or "secretFile"/],
    [`keys:\n  a: { secret: ${SECRET}, secretFile: x }`, /"keys.a" must have either/],
    ['keys:\n  a: { secretFile: missing.key }', /Cannot read .*missing.key/],
    ['transfer:\n  allow: [{ key: a }]', /"transfer.allow\[0\].key" must be the name of one of "keys"/],
    ['transfer:\n  allow: [{}]', /"transfer.allow\[0\]" must say "from", "key" or both/],
    ['transfer:\n  allow: [1.2.3]', /must be a network/],
    ['secondary:\n  a.example: { primaries: [] }', /"secondary.a.example.primaries" must name at least one/],
    ['secondary:\n  a.example: { primaries: [ns1] }', /must be an IP address, with a port unless that is 53/],
  ] as const) {
    const told = problems(yaml).map(formatDiagnostic).join('\n');
    assert.match(told, message);
    assert.ok(!told.includes(SECRET) && !told.includes('c2hvcnQ='), told);
  }
});

test('The defaults as listed are valid where they are written out', () => {
  for (const { path: at, fallback } of SETTINGS) {
    if (fallback === undefined) continue;
    const nested = at.reduceRight<unknown>((value, key) => ({ [key]: value }), fallback);
    assert.deepEqual(valid(JSON.stringify(nested)).policy, valid(undefined).policy);
  }
});

test('The schema for editors is up to date: node test/support/write-schema.ts', () => {
  const shipped = readFileSync(path.resolve(import.meta.dirname, '../../types/dnsteer.schema.json'), 'utf8');
  assert.deepEqual(JSON.parse(shipped), configJsonSchema());
});

test('Places found in a file are inside it, whatever path is asked for', () => {
  const key = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }));
  const yaml = 'a:\n  b: [1, { c: 2 }]\n  c: &x { a: 1 }\nb: *x\nc: text\n';
  const file = parseConfigFile(yaml, 'x.yaml');
  assert.ok(file.ok);
  fc.assert(
    fc.property(fc.array(key, { maxLength: 5 }), (at) => {
      for (const place of [file.value.placeOf(at), file.value.placeOfKey(at)]) {
        assert.ok(place.line !== undefined && place.line >= 1 && place.line <= 5);
        assert.equal(place.source, yaml.split('\n')[place.line - 1]);
      }
    }),
  );
  assert.deepEqual(file.value.placeOf(['b', 'a']), {
    file: 'x.yaml',
    line: 3,
    column: 14,
    source: '  c: &x { a: 1 }',
  });
});
