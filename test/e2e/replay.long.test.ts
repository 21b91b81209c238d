/** What a server records is decided again as it was: clients of many places, chance, time, and pools that went down meanwhile. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { packetOf } from '../answer/packet.ts';
import { dnsteer, testFolder } from '../cli/dnsteer.ts';
import { startServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const HOSTS = ['www', 'beta', 'turn', 'near', 'now', 'one.app', 'two.app', 'alias', 'file', 'none'];
const NETWORKS = Array.from({ length: 60 }, (_, index) => `${(index * 37) % 220}.${index}.${index}.0/24`);

function policy(port: number): string {
  return `import { cname, definePolicy, firstHealthy, health, nearest, rotate, weighted } from 'dnsteer';
const check = { type: 'tcp', port: ${port}, interval: 1, timeout: 0.5, rise: 1, fall: 1 } as const;
export default definePolicy({
  pools: {
    us: { A: ['127.0.0.1', '127.0.0.2'], check, at: [39, -77] },
    eu: { A: ['192.0.2.1', '192.0.2.2'], AAAA: '2001:db8::1', at: [50, 8] },
  },
  fallback: 'eu',
  hosts: {
    www: (query) => (query.client.country === 'US' ? firstHealthy('us', 'eu') : 'eu'),
    beta: () => weighted({ us: 5, eu: 5 }),
    turn: rotate('eu', { count: 1 }),
    near: nearest('us', 'eu'),
    now: (query) => (query.time.minute % 2 === 0 ? 'eu' : 'us'),
    '*.app': (query) => (query.name.startsWith('one') && health('us') !== 'down' ? 'us' : 'eu'),
    alias: cname('www.shop.example'),
  },
});
`;
}

test('All of a recording is the same, decided again by the policies that it was recorded with', async () => {
  const folder = testFolder({});
  const asked = await recordIn(folder);
  const recordings = path.join(folder, '.dnsteer', 'recordings');
  const files = readdirSync(recordings).map((file) => path.join(recordings, file));
  const env = { DNSTEER_GEO_DETAIL: 'country' };
  const { code, stdout, stderr } = await dnsteer(['replay', ...files, '--json'], { cwd: folder, env });
  assert.equal(stderr, '');
  const { lines, same, groups } = JSON.parse(stdout) as { lines: number; same: number; groups: unknown[] };
  assert.deepEqual(groups, []);
  assert.deepEqual([lines, same, code], [asked, asked, 0]);
});

/** Has a server record queries, half of them while a pool is down; returns how many. */
async function recordIn(folder: string): Promise<number> {
  const site = createServer().listen(0, '127.0.0.1');
  await once(site, 'listening');
  const { port } = site.address() as AddressInfo;
  const server = await startServer({
    folder,
    geo: 'country',
    policies: { 'shop.example.ts': policy(port), 'shop.example.zone': 'file 300 IN A 192.0.2.99\n' },
    config: 'record: { sample: 1 }\n',
    env: UNHURRIED,
    processes: 2,
  }).catch((error: unknown) => {
    site.close();
    throw error;
  });
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  let answers = 0;
  socket.on('message', () => {
    answers += 1;
  });
  const askAll = async (): Promise<void> => {
    for (const host of HOSTS) {
      const wanted = answers + NETWORKS.length;
      for (const ecs of NETWORKS)
        socket.send(packetOf({ question: `${host}.shop.example A`, ecs }), server.port, '127.0.0.1');
      await until(
        () => Promise.resolve(answers),
        (count) => count >= wanted,
      );
    }
  };
  const downAre = async (count: number): Promise<void> => {
    const down = async () => JSON.stringify(await server.status()).split('"state":"down"').length - 1;
    await until(down, (targets) => targets === count);
  };
  try {
    await downAre(1);
    await askAll();
    site.close();
    await downAre(2);
    await askAll();
    return answers;
  } finally {
    socket.close();
    site.close();
    await server.stop();
  }
}
