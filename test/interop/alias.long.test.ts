/** Aliases whose targets are in a zone of NSD, and are resolved by Unbound: found, changed, gone, stale, and kept over a restart. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { type ForeignServer, startForeign, startNameServer } from './foreign-server.ts';

const POLICY = `
import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  ttl: 20,
  pools: {
    cdn: { alias: 'shop.target.example', TXT: 'beside it' },
    onward: { alias: 'onward.target.example.', ttl: 7 },
    four: { alias: 'four.target.example' },
    gone: { alias: 'gone.target.example' },
    large: { alias: 'large.target.example' },
    spare: { A: '192.0.2.99' },
  },
  fallback: { A: '192.0.2.250' },
  hosts: {
    '@': 'cdn',
    onward: 'onward',
    four: 'four',
    gone: 'gone',
    large: 'large',
    either: () => firstHealthy('gone', 'spare'),
    '*.app': () => firstHealthy('four', 'spare'),
  },
});
`;

/** A zone without a policy. */
const RECORDS = `@ 7 IN ALIAS onward.target.example.
@ 300 IN TXT "beside it"
www 7 IN ANAME four.target.example.
*.app 9 IN ALIAS shop.target.example.
`;

/** A file that changes: NSD takes it for another by its serial. */
function zone(serial: number, shop: string): string {
  const many = Array.from({ length: 40 }, (_, index) => `large 300 AAAA 2001:db8::${index + 1}`);
  return `$ORIGIN target.example.
@ 1 SOA ns.target.example. host.target.example. ${serial} 3600 600 86400 1
@ 300 NS ns
ns 300 A 127.0.0.1
shop 1 A ${shop}
shop 1 A 192.0.2.2
shop 1 AAAA 2001:db8::2
onward 300 CNAME shop2
shop2 300 A 192.0.2.7
four 300 A 192.0.2.4
${many.join('\n')}
`;
}

describe('An alias', { skip: missing('nsd') || missing('unbound') || missing('dig') }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-alias-'));
  let nsd: ForeignServer;
  let unbound: ForeignServer;
  let server: TestServer;
  const start = (): Promise<TestServer> =>
    startServer({
      folder,
      policies: { 'example.com.ts': POLICY, 'records.example.zone': RECORDS },
      processes: 2,
      env: UNHURRIED,
      config: `
alias: { resolvers: ["127.0.0.1:${unbound.port}"], leastTtl: 1, timeout: 1, stale: 600 }
dnssec: { zones: [example.com] }
transfer: { allow: [127.0.0.0/8] }
`,
    });
  before(async () => {
    nsd = await startNameServer(
      'nsd',
      () => ({ zones: 'zone:\n  name: target.example\n  zonefile: target.example.zone\n' }),
      { 'target.example.zone': zone(1, '192.0.2.1') },
    );
    unbound = await startForeign({
      program: 'unbound',
      args: (config) => ['-d', '-c', config],
      config: (port) => unboundConfig(port, nsd.port),
      ready: 'start of service',
    });
    server = await start();
  });
  after(async () => {
    await server.stop();
    unbound.goOn();
    await unbound.stop();
    await nsd.stop();
    rmSync(folder, { recursive: true });
  });
  const ask = async (...question: string[]) => (await digShort(server.port, ...question)).sort();

  test('answers with the addresses of its target from the first moment, also at the name of the zone', async () => {
    assert.deepEqual(await ask('example.com', 'A'), ['192.0.2.1', '192.0.2.2']);
    assert.deepEqual(await ask('example.com', 'AAAA'), ['2001:db8::2']);
    assert.deepEqual(await ask('example.com', 'TXT'), ['"beside it"']);
    assert.deepEqual(await ask('onward.example.com', 'A'), ['192.0.2.7']);
    assert.deepEqual(await ask('a.app.example.com', 'A'), ['192.0.2.4']);
    assert.equal((await ask('large.example.com', 'AAAA', '+tcp')).length, 40);
  });

  test('has a TTL that is no more than that of the pool, and than what is left of the target', async () => {
    assert.match(await dig(server.port, 'onward.example.com', 'A'), /\s7\s+IN\s+A\s+192\.0\.2\.7/);
    assert.match(await dig(server.port, 'example.com', 'A'), /\s1\s+IN\s+A\s+192\.0\.2\.2/);
  });

  test('of a zone file, without a policy, is the same, and no secondary gets it', async () => {
    assert.match(await dig(server.port, 'records.example', 'A'), /\s7\s+IN\s+A\s+192\.0\.2\.7/);
    assert.deepEqual(await ask('records.example', 'TXT'), ['"beside it"']);
    assert.deepEqual(await ask('www.records.example', 'A'), ['192.0.2.4']);
    assert.match(await dig(server.port, 'www.records.example', 'AAAA'), /status: NOERROR.*ANSWER: 0/s);
    assert.deepEqual(await ask('a.app.records.example', 'AAAA'), ['2001:db8::2']);
    assert.match(await dig(server.port, 'records.example', 'TYPE65401'), /status: NOERROR.*ANSWER: 0/s);
    const transferred = await dig(server.port, 'records.example', 'AXFR');
    assert.match(transferred, /records\.example\.\s+300\s+IN\s+TXT/);
    assert.doesNotMatch(transferred, /192\.0\.2\.7|65401|ALIAS/);
  });

  test('denies what the target does not have, and no name', async () => {
    for (const question of ['four.example.com AAAA', 'gone.example.com A', 'gone.example.com AAAA']) {
      const printed = await dig(server.port, ...question.split(' '));
      assert.match(printed, /status: NOERROR.*ANSWER: 0/s, question);
    }
    assert.deepEqual(await ask('either.example.com', 'A'), ['192.0.2.99']);
  });

  test('is signed as other answers that are steered, for the TTL of the pool', async () => {
    const printed = await dig(server.port, 'example.com', 'A', '+dnssec');
    assert.match(printed, /IN\s+RRSIG\s+A 13 2 20 /);
  });

  test('has single addresses drained, as long as they are among those of its target', async () => {
    const env = { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
    const told = async (...args: string[]) => await dnsteer(args, { cwd: server.folder, env });
    const astray = await told('drain', 'example.com/cdn/192.0.2.77');
    assert.match(astray.stderr, /has no address "192\.0\.2\.77"/);
    assert.equal((await told('drain', 'example.com/cdn/192.0.2.1', '--for', '1h')).code, 0);
    await until(
      () => ask('example.com', 'A'),
      (all) => all.join() === '192.0.2.2',
    );
    assert.equal((await told('undrain', 'example.com/cdn/192.0.2.1')).code, 0);
    await until(
      () => ask('example.com', 'A'),
      (all) => all.length === 2,
    );
  });

  test('follows its target without a new version of the zone', async () => {
    const [before] = (await server.status()).zones;
    nsd.rewrite('target.example.zone', zone(2, '192.0.2.33'));
    await until(
      () => ask('example.com', 'A'),
      ([, second]) => second === '192.0.2.33',
    );
    const [zoneNow] = (await server.status()).zones;
    assert.equal(zoneNow?.version, before?.version);
  });

  test('is served stale where the resolver is silent, also after a restart', async () => {
    unbound.pause();
    const isStale = async () =>
      (await server.status()).aliases.find(({ target }) => target.startsWith('shop'));
    const shop = await until(isStale, (one) => one?.A.isStale === true && one.A.problem !== undefined);
    assert.deepEqual(shop?.A.addresses, ['192.0.2.2', '192.0.2.33']);
    assert.match(shop?.A.problem ?? '', /nothing comes back/);
    await until(
      () => dig(server.port, 'example.com', 'A'),
      (printed) => /\s20\s+IN\s+A\s+192\.0\.2\.33/.test(printed),
    );
    await server.stop();
    server = await start();
    assert.deepEqual(await ask('example.com', 'A'), ['192.0.2.2', '192.0.2.33']);
    unbound.goOn();
  });
});

function unboundConfig(port: number, upstream: number): string {
  return `
server:
  interface: 127.0.0.1@${port}
  num-threads: 1
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  log-time-ascii: no
  verbosity: 1
  do-ip6: no
  do-not-query-localhost: no
  module-config: "iterator"
remote-control:
  control-enable: no
stub-zone:
  name: target.example
  stub-addr: 127.0.0.1@${upstream}
`;
}
