/** `dnsteer delegate`: what it prints, and when it fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Flaws, NS1, NS2, RESOLVER, startInternet } from '../delegation/internet.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const SETTINGS = `
zone:
  nameServers:
    - { name: ns1.shop.example, addresses: [${NS1}] }
    - { name: NS2.shop.example, addresses: [${NS2}] }
`;
const cwd = testFolder({
  'dnsteer.yaml': SETTINGS,
  'policies/shop.example.ts': '// It is not looked into.',
  'policies/0%2F27.2.0.192.in-addr.arpa.zone': '@ NS ns.elsewhere.example.\n',
  'policies/other.example.zone': '@ NS ns.elsewhere.example.\n@ NS ns1\nns1 A 192.0.2.1\n',
});

const ENTRY = `Enter at the registrar of shop.example:

  NAME SERVER       GLUE
  ns1.shop.example  ${NS1}
  ns2.shop.example  ${NS2}

Glue goes by the name of host records, or child or private name servers.
There is no DS to enter: the zone is not signed.
`;

test('Offline it tells what to enter, from the settings or the zone file', async () => {
  const run = (zone: string, ...flags: string[]) =>
    dnsteer(['delegate', zone, '--offline', ...flags], { cwd });
  assert.deepEqual(await run('Shop.Example.'), { code: 0, stdout: ENTRY, stderr: '' });
  const { stdout } = await run('other.example', '--json');
  assert.deepEqual(JSON.parse(stdout), {
    zone: 'other.example',
    enter: {
      nameServers: [
        { nameServer: 'ns.elsewhere.example', glue: [] },
        { nameServer: 'ns1.other.example', glue: ['192.0.2.1'] },
      ],
      ds: [],
    },
  });
  for (const written of ['0/27.2.0.192.in-addr.arpa', '0%2f27.2.0.192.in-addr.arpa.'])
    assert.match((await run(written)).stdout, /^ {2}ns\.elsewhere\.example$/m);
  const nowhere = await run('nowhere.example');
  assert.equal(nowhere.code, 1);
  assert.match(
    nowhere.stderr,
    /^error: No file of the zone is in .*policies, and with --offline nobody else is asked$/m,
  );
});

test('A sound delegation is shown, and is no problem', async (t) => {
  const { code, stdout, stderr } = await dnsteer(await ask(t), { cwd });
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.equal(
    stdout,
    `${ENTRY}
example delegates shop.example to ns1.shop.example, ns2.shop.example

  NAME SERVER       ADDRESS     UDP  TCP  SERIAL
  ns1.shop.example  ${NS1}  yes  yes       1
  ns2.shop.example  ${NS2}  yes  yes       1

shop.example: no problems
`,
  );
});

test('What is wrong is told with a remedy, and fails the command', async (t) => {
  const args = await ask(t, { second: { lame: true, recursion: true } });
  const { code, stdout } = await dnsteer(args, { cwd });
  assert.equal(code, 1);
  assert.match(stdout, /^ {2}ns2\.shop\.example +127\.0\.53\.3 +lame +lame$/m);
  assert.match(
    stdout,
    /^error SERVER_LAME: ns2\.shop\.example \(127\.0\.53\.3\) does not serve the zone: REFUSED\n {2}Give it the zone, or take it out of the delegation$/m,
  );
  assert.match(stdout, /^shop\.example: 1 error, 1 warning$/m);
  const json = JSON.parse((await dnsteer([...args, '--json'], { cwd })).stdout) as {
    ok: boolean;
    parent: unknown;
    findings: { code: string; severity: string }[];
  };
  assert.equal(json.ok, false);
  assert.deepEqual(json.parent, {
    zone: 'example',
    nameServers: [
      { nameServer: 'ns1.shop.example', glue: [NS1] },
      { nameServer: 'ns2.shop.example', glue: [NS2] },
    ],
  });
  assert.deepEqual(
    json.findings.map(({ code: finding, severity }) => [finding, severity]),
    [
      ['SERVER_LAME', 'error'],
      ['RECURSION_OFFERED', 'warning'],
    ],
  );
});

test('Where no resolver answers, that is what it says', async (t) => {
  const { code, stdout } = await dnsteer(await ask(t, { offline: true }), { cwd });
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^error PARENT_UNKNOWN: The parent zone could not be asked: No resolver finds example SOA \(127\.0\.53\.53:\d+: closed\)$/m,
  );
  assert.match(stdout, /^shop\.example: 1 error$/m);
});

/** The arguments that ask about the zone in a small internet. */
async function ask(t: Parameters<typeof startInternet>[0], flaws?: Flaws): Promise<string[]> {
  const port = String(await startInternet(t, flaws));
  return ['delegate', 'shop.example', '--resolver', `${RESOLVER}:${port}`, '--port', port, '--timeout', '10'];
}

test('The DS of a zone that is signed is told, and of one without a key yet where it will be', async () => {
  const folder = testFolder({
    'dnsteer.yaml': `${SETTINGS}dnssec: { zones: ['*'] }\n`,
    'policies/shop.example.ts': '',
    // The key of RFC 6605 §6.1, which is of another zone there.
    'key/Kshop.example.private':
      'Private-key-format: v1.2\nAlgorithm: 13\nPrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n',
  });
  const run = (...args: string[]) => dnsteer(args, { cwd: folder });
  const before = await run('delegate', 'shop.example', '--offline');
  assert.match(
    before.stdout,
    /^The zone is to be signed, and has no key here yet: when it has, dnsteer dnssec ds/m,
  );
  assert.equal((await run('dnssec', 'import', 'shop.example', 'key/Kshop.example.private')).code, 0);
  const { stdout } = await run('delegate', 'shop.example', '--offline');
  const [, ds] = /^DS, once the zone is served signed:\n {2}(.*)$/m.exec(stdout) ?? [];
  assert.match(ds ?? '', /^shop\.example\. IN DS 55648 13 2 [0-9a-f]{64}$/);
  assert.doesNotMatch(stdout, /not signed/);
  const json = JSON.parse((await run('delegate', 'shop.example', '--offline', '--json')).stdout);
  assert.deepEqual((json as { enter: { ds: string[] } }).enter.ds, [ds]);
});
