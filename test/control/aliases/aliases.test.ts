/** Aliases as control resolves them: with the resolvers of the settings, ahead of the versions that have them, and told to operators. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import type { SocketAddress } from '../../../runtime/base/net/socket-address.ts';
import { configSchema } from '../../../runtime/config/schema.ts';
import { Aliases } from '../../../runtime/control/aliases/aliases.ts';
import type { AliasNews } from '../../../runtime/health/aliases/alias-news.ts';
import { readManifest } from '../../../runtime/plan/manifest.ts';
import { atEnd } from '../../support/at-end.ts';
import { CHECK_TIMING } from '../../support/check-timing.ts';
import { fakeResolver, replyTo } from '../../support/fake-resolver.ts';
import { closedPort } from '../../support/servers.ts';
import { name } from '../../support/wire.ts';

function manifestOf(zone: string, alias: string) {
  const manifest = readManifest(
    {
      form: 'policy',
      pools: { cdn: { alias, records: {} } },
      fallback: { kind: 'nodata' },
      hosts: { '@': { kind: 'pool', pool: 'cdn' } },
      records: {},
    },
    {
      zone: name(`${zone}.`),
      defaultTtl: 30,
      maxBudgetMs: 50,
      maxDeadlineMs: 500,
      checkTiming: CHECK_TIMING,
    },
  );
  return manifest.ok ? manifest.value : assert.fail(manifest.problem.join());
}

function setUp(t: TestContext, resolvers: SocketAddress[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-aliases-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  const lines: string[] = [];
  const sent: AliasNews[] = [];
  const settings = { ...configSchema.parse({}).alias, resolvers };
  const aliases = new Aliases({
    settings: () => settings,
    file: path.join(folder, 'aliases'),
    send: (news) => sent.push(...news),
    log: createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) }),
  });
  aliases.start();
  atEnd(t, () => aliases.stop());
  return { aliases, sent, lines, settings };
}

test('What a version leads to is asked for before it is served', async (t) => {
  const resolver = await fakeResolver(t, (query) => [
    replyTo(
      query,
      query.questions?.[0]?.type === 'A'
        ? [{ type: 'A', name: 'shop.example', ttl: 60, data: '192.0.2.1' }]
        : [],
    ),
  ]);
  const { aliases, sent } = setUp(t, [resolver]);
  aliases.declare('example.com', manifestOf('example.com', 'Shop.Example'));
  await aliases.settle(['example.com']);
  assert.deepEqual(
    sent.map(({ target, A, AAAA }) => [target, A.addresses, AAAA.addresses]),
    [['shop.example', ['192.0.2.1'], []]],
  );
  assert.deepEqual(
    aliases.report().map(({ target, zones }) => [target, zones]),
    [['shop.example', ['example.com']]],
  );
  aliases.declare('example.com', undefined);
  assert.deepEqual(aliases.report(), []);
});

test('A resolver that is not there holds nothing up, and is told once', async (t) => {
  const { aliases, lines } = setUp(t, [{ address: '127.0.0.1', port: await closedPort() }]);
  aliases.declare('example.com', manifestOf('example.com', 'shop.example'));
  await aliases.settle(['example.com']);
  const [report] = aliases.report();
  assert.equal(report?.A.addresses, null);
  assert.match(report?.A.problem ?? '', /no server listens there/);
  const told = lines.filter((line) => line.includes('cannot be resolved'));
  assert.equal(told.length, 2, 'once for each family');
});

test('An alias that leads back is a warning as long as it does', async (t) => {
  const resolver = await fakeResolver(t, (query) => [replyTo(query)]);
  const { aliases, lines } = setUp(t, [resolver]);
  aliases.declare('a.example', manifestOf('a.example', 'b.example'));
  aliases.declare('b.example', manifestOf('b.example', 'a.example'));
  await aliases.settle(['a.example', 'b.example']);
  await aliases.settle(['a.example']);
  const warning = 'An alias leads back to itself, and cannot be resolved: a.example → b.example → a.example';
  assert.deepEqual(aliases.warnings(), [warning]);
  assert.equal(lines.filter((line) => line.includes('leads back')).length, 1);
  aliases.declare('b.example', undefined);
  assert.deepEqual(aliases.warnings(), []);
});

test('Targets beyond those that the settings allow are a warning', async (t) => {
  const resolver = await fakeResolver(t, (query) => [replyTo(query)]);
  const { aliases, settings } = setUp(t, [resolver]);
  Object.assign(settings, { targets: 1 });
  aliases.declare('a.example', manifestOf('a.example', 'one.test'));
  aliases.declare('b.example', manifestOf('b.example', 'two.test'));
  await aliases.settle(['a.example', 'b.example']);
  assert.match(aliases.warnings().join(), /^Alias "two\.test" is not resolved/);
});
