/** `dnsteer explain` as if, of a server that runs: what is assumed is so in the explanation, and no client ever meets it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Explanation } from '../../runtime/rpc/explanation.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

const [US, EU] = ['127.0.0.1', '127.0.0.2'];

function policy(port: number): string {
  return `import { definePolicy, firstHealthy, health, weighted } from 'dnsteer';
const check = { type: 'tcp', port: ${port}, interval: 1, rise: 1, fall: 1 } as const;
export default definePolicy({
  pools: { us: { A: '${US}', check }, eu: { A: '${EU}', check }, free: { A: '192.0.2.9' } },
  fallback: 'us',
  hosts: {
    www: firstHealthy('eu', 'us'),
    split: weighted({ eu: 50, us: 50 }),
    night: (query) => {
      const { hour } = query.time.in('Europe/Berlin');
      if (health('eu') === 'down') throw new Error('at ' + hour + ' in Berlin');
      return { TXT: new Date().toISOString() + ' ' + new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit' }).format() };
    },
  },
});
`;
}

/** What a TCP check meets at an address. */
async function listening(address: string, port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}

describe('Explanations as if', { skip: missing('dig'), timeout: 60_000 }, () => {
  let server: TestServer;
  let env: Record<string, string>;
  const targets: Server[] = [];
  before(async () => {
    const port = await freePort();
    for (const address of [US, EU]) targets.push(await listening(address, port));
    server = await startServer({
      policies: { 'shop.example.ts': policy(port) },
      env: UNHURRIED,
      config: 'record: { sample: 1 }\n',
    });
    env = { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
    await until(
      () => server.status(),
      ({ zones }) =>
        zones[0]?.pools.every(({ targets }) => targets.every(({ state }) => state === 'up')) === true,
    );
  });
  after(async () => {
    for (const target of targets) target.close();
    await server?.stop();
  });

  async function explained(...args: string[]): Promise<Explanation> {
    const { code, stdout, stderr } = await dnsteer(['explain', ...args, '--json'], {
      cwd: server.folder,
      env,
    });
    assert.deepEqual([code, stderr], [0, '']);
    return JSON.parse(stdout) as Explanation;
  }

  test('A pool is down in the explanation, and up for clients', async () => {
    const { answer, asIf, steering } = await explained('www.shop.example', '--down', 'eu');
    assert.deepEqual(answer, [`www.shop.example. 30 IN A ${US}`]);
    assert.deepEqual(asIf, { down: ['eu'] });
    assert.deepEqual(steering[0], { depth: 0, subject: 'eu', verdict: 'dropped', why: 'health: down' });
    assert.deepEqual(await digShort(server.port, 'www.shop.example', 'A'), [EU]);
  });

  test('All that shows the time shows the moment that is assumed', async () => {
    const at = '2026-12-24 23:00 Europe/Berlin';
    const { reads, answer } = await explained('night.shop.example', 'TXT', '--at', at);
    assert.deepEqual(reads, [
      ['time@Europe/Berlin.hour', 23],
      ['health.eu', 'up'],
    ]);
    assert.deepEqual(answer, ['night.shop.example. 30 IN TXT "2026-12-24T22:00:00.000Z 22"']);
  });

  test('A policy that fails in what is assumed tells what it had read, and goes on for clients', async () => {
    for (let count = 0; count < 6; count += 1) {
      const { fallback, reads } = await explained('night.shop.example', '--down', 'eu', '--at', '2026-12-24');
      assert.equal(fallback?.message, 'at 1 in Berlin');
      assert.deepEqual(reads, [
        ['time@Europe/Berlin.hour', 1],
        ['health.eu', 'down'],
      ]);
    }
    assert.match((await digShort(server.port, 'night.shop.example', 'TXT')).join(), /^"20/);
  });

  test('A seed comes to the same each time', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => explained('split.shop.example', '--seed', '7')),
    );
    assert.deepEqual(first?.answer, second?.answer);
  });

  for (const [args, problem] of [
    [['--down', 'fre'], /shop\.example has no pool "fre"; did you mean "free"\?/],
    [['--down', 'free'], /Nothing checks "free", so it is never down: its pool has no "check"/],
    [
      ['--down', 'other.example/eu'],
      /Neither a pool of shop\.example nor a zone here has the name "other\.example"/,
    ],
  ] as const) {
    test(`What cannot be assumed is an error: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await dnsteer(['explain', 'www.shop.example', ...args], {
        cwd: server.folder,
        env,
      });
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, problem);
    });
  }

  test('A recorded query is found in the state folder, and thrown as it was', async () => {
    const recordings = path.join(server.folder, '.dnsteer', 'recordings');
    mkdirSync(recordings, { recursive: true });
    const line = (id: string, thrown: number, address: string): string =>
      `${JSON.stringify({
        id,
        at: '2026-06-01T12:00:00.000Z',
        name: 'split.shop.example',
        type: 'A',
        transport: 'udp',
        client: '203.0.113.0/24',
        zone: 'shop.example',
        source: 'policy',
        reads: [],
        chance: [thrown],
        rcode: 'NOERROR',
        answer: [`split.shop.example. 30 IN A ${address}`],
        scope: 0,
      })}\n`;
    writeFileSync(path.join(recordings, 'a.jsonl'), line('low', 0.2, EU) + line('high', 0.8, US));
    for (const id of ['low', 'high']) {
      const { recorded, asIf } = await explained('--id', id);
      assert.deepEqual([recorded?.isSame, asIf?.at], [true, '2026-06-01T12:00:00.000Z'], id);
    }
    for (const [args, problem] of [
      [['--id', 'none'], /There is no query none in /],
      [['--id', 'low', 'missing.jsonl'], /No recording can be read in missing\.jsonl: /],
      [['--id', 'low', 'a', 'b'], /--id takes one file, or one folder/],
      [['--id', 'low', '--down', 'eu'], /cannot be used with option '--down <pool>'/],
    ] as const) {
      const { code, stderr } = await dnsteer(['explain', ...args], { cwd: server.folder, env });
      assert.notEqual(code, 0);
      assert.match(stderr, problem);
    }
  });

  test('What the server has recorded is explained with the answer it had', async () => {
    const folder = path.join(server.folder, '.dnsteer', 'recordings');
    const recorded = (): RecordedLine[] =>
      readdirSync(folder)
        .filter((name) => name.startsWith('20'))
        .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n').slice(1))
        .map((line) => JSON.parse(line) as RecordedLine)
        .filter(({ name, chance = [] }) => name === 'split.shop.example' && chance.length > 0);
    const kinds = (lines: readonly RecordedLine[]) => Map.groupBy(lines, ({ answer }) => answer.join());
    const lines = await until(
      async () => {
        await digShort(server.port, 'split.shop.example', 'A');
        return recorded();
      },
      (all) => kinds(all).size === 2,
    );
    for (const [line] of kinds(lines).values()) {
      const { recorded: then, answer } = await explained('--id', line?.id ?? '');
      assert.deepEqual([then?.isSame, answer, then?.version], [true, line?.answer, line?.version]);
    }
  });

  test('A pool that is down is up in the explanation', async () => {
    targets.at(1)?.close();
    await until(
      () => digShort(server.port, 'www.shop.example', 'A'),
      ([address]) => address === US,
    );
    const { answer } = await explained('www.shop.example', '--up', 'eu');
    assert.deepEqual(answer, [`www.shop.example. 30 IN A ${EU}`]);
    assert.deepEqual(await digShort(server.port, 'www.shop.example', 'A'), [US]);
  });
});
