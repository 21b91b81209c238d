/**
 * A storm: 5000 targets go down and come back, all at once, again and again, and an operator drains a pool in the middle
 * of it. Nobody who asks waits, what is steered by health is answered from what is left, and afterwards all is as it was.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { ZoneStatus } from '../../runtime/admin/status.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { atEnd } from '../support/at-end.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { FILES, INNOCENTS } from './arena.ts';
import { FlippingServer } from './flipping.ts';
import { type Reply, SteadyLoad } from './load.ts';
import { assertSwift, loopsOf } from './loops.ts';

const POOLS = 500;
const OF_EACH = 10;
const TARGETS = POOLS * OF_EACH;
/** Seconds between two probes of a target, and between two turns of the server that is probed. */
const INTERVAL_S = 4;
const TURN_MS = 5000;
const TURNS = 6;

const policy = (port: number): string => `import * as dnsteer from 'dnsteer';
const check = { type: 'tcp', port: ${port}, interval: ${INTERVAL_S}, timeout: 1, rise: 1, fall: 1 } as const;
const pools: any = { last: { A: '192.0.2.99' } };
for (let pool = 0; pool < ${POOLS}; pool += 1)
  pools['p' + pool] = {
    A: Array.from({ length: ${OF_EACH} }, (_, n) => '127.' + (16 + (pool >> 8)) + '.' + (pool & 255) + '.' + (1 + n)),
    check,
  };
const names = Object.keys(pools).slice(1);
export default dnsteer.definePolicy({
  ttl: 1,
  pools,
  fallback: 'last',
  hosts: {
    www: dnsteer.firstHealthy('p0', 'p1', 'last'),
    many: dnsteer.firstHealthy(...names.slice(-20), 'last'),
    spread: dnsteer.weighted(Object.fromEntries(names.slice(0, 100).map((name) => [name, 1]))),
  },
} as any);
`;

/** What names of the zone may be answered with, whatever is up; the first two pools are at 127.16.0 and 127.16.1. */
const SOUND: Readonly<Record<string, RegExp>> = {
  'www.storm.example': /^NOERROR(?:(?: A 127\.16\.0\.\d+)+|(?: A 127\.16\.1\.\d+)+| A 192\.0\.2\.99)$/,
  'many.storm.example': /^NOERROR(?:(?: A 127\.17\.2\d\d\.\d+)+| A 192\.0\.2\.99)$/,
  'spread.storm.example': /^NOERROR(?: A 127\.16\.\d+\.\d+)+$/,
};
const IN_FIRST = / 127\.16\.0\.\d+/;
const IN_SECOND = / 127\.16\.1\.\d+/;
const STEERED_PER_S = 100;

test(`${TARGETS} targets flap together, and a pool is drained meanwhile`, async (t) => {
  const flipping = await FlippingServer.start();
  atEnd(t, () => flipping.stop());
  const told = await noticeReader(t);
  const server = await startServer({
    policies: { ...FILES, 'storm.example.ts': policy(flipping.port) },
    config: settings(told.url),
    processes: 2,
    patienceMs: 60_000,
  });
  atEnd(t, () => server.stop());
  await statesBecome(server, 'up');

  const innocent = await loadOn(server, Object.keys(INNOCENTS), 'TXT');
  const steered = await loadOn(server, Object.keys(SOUND), 'A');
  for (let turn = 1; turn <= TURNS / 2; turn += 1) await flipTwice(flipping);
  assert.equal(await operator(server, 'drain storm.example/p0'), 0);
  const drained = await loadOn(server, Object.keys(SOUND), 'A');
  for (let turn = 1; turn <= TURNS / 2; turn += 1) await flipTwice(flipping);

  assert.deepEqual(
    (await innocent()).filter(({ name, text }) => text !== INNOCENTS[name]),
    [],
  );
  const [all, afterwards] = [await steered(), await drained()];
  assert.deepEqual(all.filter(isUnsound), []);
  assert.deepEqual(afterwards.filter(isUnsound), []);
  assert.deepEqual(
    afterwards.filter(({ text }) => IN_FIRST.test(text)),
    [],
    'what is drained is not answered',
  );
  // Nothing was asked in vain: the load went on, and while targets were up clients were led to the next pool.
  const next = afterwards.filter(({ name, text }) => name.startsWith('www') && IN_SECOND.test(text));
  assert.ok(next.length > STEERED_PER_S, `${next.length} of ${afterwards.length} at the pool behind it`);
  const kinds = new Set(all.filter(({ name }) => name.startsWith('www')).map(({ text }) => text));
  assert.ok(kinds.has('NOERROR A 192.0.2.99'), 'the targets were down');
  assert.ok(IN_FIRST.test([...kinds].join()), 'and they were up');

  const loops = await loopsOf(server);
  t.diagnostic(`longest turn ${loops.turnMs.toFixed(1)} ms; ${told.messages()} messages`);
  assertSwift(loops, server);
  assert.ok(told.messages() <= 3, 'of a storm there are few messages');
  assert.match(told.last(), /and \d{3,} more/);

  await statesBecome(server, 'up');
  assert.equal(await operator(server, 'undrain storm.example/p0'), 0);
  const calm = await loadOn(server, ['www.storm.example'], 'A');
  await pause(500);
  const last = await calm();
  assert.ok(last.length > 0);
  assert.deepEqual(
    last.filter(({ text }) => !IN_FIRST.test(text)),
    [],
    'all is as it was',
  );
});

/** Away and back again. */
async function flipTwice(flipping: FlippingServer): Promise<void> {
  for (const isUp of [false, true]) {
    await flipping.turn(isUp);
    await pause(TURN_MS);
  }
}

function statesIn({ pools }: ZoneStatus): string[] {
  return pools.flatMap(({ targets }) => targets.map((target) => target.state));
}

async function statesBecome(server: TestServer, state: string): Promise<void> {
  await until(
    async () => (await server.status()).zones.flatMap(statesIn),
    (states) => states.length === TARGETS && states.every((one) => one === state),
    30_000,
  ).catch(() => assert.fail(`not all targets are ${state}`));
}

/** Begins a load on each of these names; what is returned ends it, with all replies. */
async function loadOn(
  { port }: TestServer,
  names: readonly string[],
  type: 'A' | 'TXT',
): Promise<() => Promise<Reply[]>> {
  const loads = await Promise.all(
    names.map((name) => SteadyLoad.start(port, () => name, STEERED_PER_S, type)),
  );
  return async () => (await Promise.all(loads.map((load) => load.stop()))).flat();
}

function isUnsound({ name, text }: Reply): boolean {
  return SOUND[name]?.test(text) !== true;
}

async function operator({ adminUrl, folder }: TestServer, line: string): Promise<number> {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(adminUrl).host };
  return (await dnsteer(line.split(' '), { cwd: folder, env })).code;
}

/** Somebody who is told of it, and takes each message. */
async function noticeReader(
  t: Pick<TestContext, 'after'>,
): Promise<{ readonly url: string; messages(): number; last(): string }> {
  const bodies: string[] = [];
  const reader = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.once('end', () => {
      bodies.push(body);
      response.end();
    });
  });
  await once(reader.listen(0, '127.0.0.1'), 'listening');
  atEnd(t, () => reader.close());
  const { port } = reader.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    messages: () => bodies.length,
    last: () => bodies.at(-1) ?? '',
  };
}

function settings(url: string): string {
  return `policy: { maxBudget: 5000, maxDeadline: 5000 }
notifications: { gather: 1, webhooks: [{ url: '${url}', secret: whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= }] }
`;
}
