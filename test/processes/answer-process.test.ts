/** A real answer process with a real sandbox, told what to do as control tells it. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { takeCharge } from '../../runtime/base/process/generation.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import type { AnswerSettings } from '../../runtime/rpc/answer-settings.ts';
import type { FromAnswer, ToAnswer } from '../../runtime/rpc/control-protocol.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { zoneUpdate } from '../answer/server.ts';
import { guest } from '../runner/guests.ts';
import { Client } from '../support/client.ts';
import { digShort, missing } from '../support/dig.ts';
import { targetNumber, tcpTarget } from '../support/target-number.ts';
import { sent } from '../support/zone-update.ts';

const ENTRY = path.resolve(import.meta.dirname, '../../runtime/processes/answer-process.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
const generation = { file: path.join(folder, 'generation'), id: 'ours' };

/** What was said, in order, and whoever waits for more. */
class Process {
  readonly child: ChildProcess = fork(ENTRY, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  readonly exited = once(this.child, 'exit');
  readonly #said: FromAnswer[] = [];
  #wake: () => void = () => {};
  #id = 0;

  constructor(listen = { address: '127.0.0.1', port: 0 }) {
    this.child.on('message', (message: FromAnswer) => {
      this.#said.push(message);
      this.#wake();
    });
    this.tell({ t: 'start', settings: { ...SETTINGS, listen: [listen] } });
  }

  tell(message: ToAnswer): void {
    this.child.send(message);
  }

  async hears<T extends FromAnswer['t']>(
    t: T,
    is: (said: Extract<FromAnswer, { t: T }>) => boolean = () => true,
  ) {
    const matches = (said: FromAnswer): said is Extract<FromAnswer, { t: T }> =>
      said.t === t && is(said as never);
    for (;;) {
      const found = this.#said.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async publish(...put: ZoneUpdate[]): Promise<void> {
    this.#id += 1;
    const seq = this.#id;
    this.tell({ t: 'zones', seq, put: put.map(sent), drop: [] });
    await this.hears('applied', (said) => said.seq === seq);
  }

  async listens(): Promise<number> {
    this.tell({ t: 'listen' });
    const { listening } = await this.hears('ready');
    assert.equal(listening.length, 1);
    return Number(listening[0]?.split(':')[1]);
  }
}

const SETTINGS: AnswerSettings = {
  index: 0,
  listen: [],
  udpPayloadSize: 1232,
  identity: {},
  tls: { listen: [] },
  https: { listen: [], path: '/dns-query' },
  proxies: [],
  negativeTtl: 30,
  memo: { leaves: 100, policyMemory: 1, memory: 1, packets: 64 },
  geo: { detail: 'country', files: [], overrides: { '127.0.0.0/8': { country: 'DE' } } },
  udpSockets: 'auto',
  tcp: { idleMs: 1000, clients: 10, clientsPerAddress: 10 },
  prelude: (await preludeBundle()).script,
  sandbox: { jitless: false, allowOpenDoors: false, memory: 4096 },
  signing: { share: 0.25 },
  queryLogSample: 0,
  record: { sample: 0, full: false },
  transfers: { keys: [], allow: [], zones: {}, primaries: {}, updates: [] },
  generation,
};

const POLICY: Partial<ManifestData> = {
  pools: {
    one: { records: { A: ['192.0.2.1'] }, check: { type: 'tcp', port: 80 } },
    two: { records: { A: ['192.0.2.2'] }, check: { type: 'tcp', port: 80 } },
  },
  fallback: { kind: 'pool', pool: 'one' },
  hosts: {
    www: null,
    plain: {
      kind: 'firstHealthy',
      of: [
        { kind: 'pool', pool: 'one' },
        { kind: 'pool', pool: 'two' },
      ],
    },
  },
};

/** A version whose handler does what `body` says. */
function version(number: number, body: string): ZoneUpdate {
  const update = zoneUpdate({ version: `0000000${number}`, policy: POLICY, records: 'static A 192.0.2.9\n' });
  assert.ok(update.policy);
  // A busy machine is not what these tests are about.
  return { ...update, policy: { ...update.policy, script: guest(body), budgetMs: 1000, deadlineMs: 2000 } };
}

const answersFrom = (pool: string) => `return { kind: 'pool', pool: '${pool}' };`;

const server = new Process();
await server.publish(version(1, answersFrom('two')));
const port = await server.listens();
const client = await Client.open(port);

after(async () => {
  client.close();
  server.tell({ t: 'drain' });
  await server.exited;
  rmSync(folder, { recursive: true });
});

const ask = async (host: string) => (await client.ask(`${host}.example.com`))?.answers.join();

test('Static records, constant plans and decisions of the sandbox are answered', async () => {
  assert.equal(await ask('static'), 'A 192.0.2.9');
  assert.equal(await ask('plain'), 'A 192.0.2.1');
  assert.equal(await ask('www'), 'A 192.0.2.2');
});

test('UDP and TCP listen on one port', { skip: missing('dig') }, async () => {
  assert.deepEqual(await digShort(port, '+tcp', 'www.example.com'), ['192.0.2.2']);
});

test('What control says of health counts from then on', async () => {
  const target = targetNumber(tcpTarget('192.0.2.1:80'));
  server.tell({ t: 'health', up: [], down: [target] });
  server.tell({ t: 'stats', id: 1 });
  await server.hears('stats', (said) => said.id === 1);
  assert.equal(await ask('plain'), 'A 192.0.2.2');
  server.tell({ t: 'health', up: [target], down: [] });
});

test('An explanation is made where the answer is', async () => {
  server.tell({
    t: 'explain',
    id: 7,
    ask: { name: 'www.example.com', type: 'A', from: '127.0.0.9', facts: {} },
  });
  const { explanation } = await server.hears('explained', ({ id }) => id === 7);
  assert.deepEqual(explanation.reads, [['client.country', 'DE']]);
  assert.deepEqual(explanation.answer, ['www.example.com. 30 IN A 192.0.2.2']);
});

test('No query fails while versions change', async () => {
  const changes = new AbortController();
  const seen = new Set<string | undefined>();
  const asking = (async () => {
    while (!changes.signal.aborted) seen.add(await ask('www'));
  })();
  for (let number = 2; number <= 9; number += 1) {
    await server.publish(version(number, answersFrom(number % 2 === 0 ? 'one' : 'two')));
    assert.equal(await ask('www'), number % 2 === 0 ? 'A 192.0.2.1' : 'A 192.0.2.2');
  }
  changes.abort();
  await asking;
  assert.deepEqual(seen, new Set(['A 192.0.2.2', 'A 192.0.2.1']));
});

test('A policy that throws is answered for by its fallback, and control hears why', async () => {
  await server.publish(version(0, 'throw new Error("out of luck");'));
  assert.equal(await ask('www'), 'A 192.0.2.1');
  const { event } = await server.hears('fallback');
  assert.deepEqual(
    [event.zone, event.version, event.name, event.type, event.reason, event.message, event.count],
    ['example.com', '00000000', 'www.example.com', 'A', 'throw', 'out of luck', 1],
  );
  assert.match(event.stack ?? '', /out of luck\n +at /);
});

test('It tells what it counted', async () => {
  server.tell({ t: 'stats', id: 2 });
  const { stats } = await server.hears('stats', (said) => said.id === 2);
  assert.equal(stats.pid, server.child.pid);
  const { part } = await server.hears('stats-part', (said) => said.id === 2 && said.part.zones.length > 0);
  const [zone] = part.zones;
  assert.deepEqual(
    [zone?.zone, zone?.version, zone?.fallbacks, zone?.breaker],
    ['example.com', '00000000', { throw: 1 }, 'closed'],
  );
  assert.ok((zone?.runs ?? 0) > 0 && stats.sandbox.pid > 0 && stats.counts.steps.memoHits > 0);
  const { part: counts } = await server.hears(
    'stats-part',
    (said) => said.id === 2 && said.part.queries.length > 0,
  );
  const row = counts.queries.find(({ transport }) => transport === 'udp');
  assert.deepEqual([row?.zone, row?.type, row?.rcode], ['example.com', 'A', 'NOERROR']);
});

test('An address that is taken is fatal, with a remedy', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = other.address();
  assert.ok(taken !== null && typeof taken === 'object');
  const late = new Process({ address: '127.0.0.1', port: taken.port });
  late.tell({ t: 'listen' });
  const { message } = await late.hears('fatal');
  assert.match(
    message,
    /^Cannot listen on 127\.0\.0\.1:\d+ \(tcp\): another program uses this address\. Stop it/,
  );
  assert.deepEqual(await late.exited, [1, null]);
  other.close();
});

test('It goes on without control until another is in charge, Ctrl-C or not', async () => {
  const orphan = new Process();
  await orphan.publish(version(1, answersFrom('two')));
  const lonely = await Client.open(await orphan.listens());
  await takeCharge(generation.file, generation.id);
  orphan.child.disconnect();
  orphan.child.kill('SIGINT');
  assert.deepEqual((await lonely.ask('www.example.com'))?.answers, ['A 192.0.2.2']);
  await takeCharge(generation.file, 'another');
  assert.deepEqual(await orphan.exited, [0, null]);
  lonely.close();
});

test('SIGTERM ends it once all is answered', async () => {
  const mortal = new Process();
  await mortal.publish(version(1, answersFrom('two')));
  const last = await Client.open(await mortal.listens());
  const answer = last.ask('www.example.com');
  assert.ok(await last.ask('static.example.com'));
  mortal.child.kill('SIGTERM');
  assert.deepEqual((await answer)?.answers, ['A 192.0.2.2']);
  assert.deepEqual(await mortal.exited, [0, null]);
  last.close();
});
