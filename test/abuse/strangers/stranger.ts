/**
 * Attacks by strangers: who has no policy, and sends what anybody can. The attack runs in a process of its own,
 * which is the same file once more; innocent clients ask meanwhile, over UDP and on connections of their own.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../../runtime/admin/status.ts';
import { Client } from '../../support/client.ts';
import { startServer, type TestServer } from '../../support/dnsteer.ts';
import { encrypted } from '../../support/encrypted.ts';
import { freePort } from '../../support/ports.ts';
import { until } from '../../support/until.ts';
import { CONFIG, FILES, INNOCENTS, wrongAnswers } from '../arena.ts';
import { askOnce, type Reply, SteadyLoad } from '../load.ts';
import { assertSwift, IdleTwin, loopsOf } from '../loops.ts';
import { MemoryWatch } from '../memory.ts';
import { Guest } from './guest.ts';

const STRIKE_MS = 1200;
/** Innocents have their answers by then, on a machine that is busy with the attack. */
const MOST_MS = 1500;
/** Between two connections of innocents. */
const VISIT_MS = 60;
/** MiB of one process. */
const MOST_MEMORY = 768;

/** Where to strike. */
export interface Target {
  readonly port: number;
  readonly tlsPort: number;
  readonly httpsPort: number;
  /** Where dynamic records are taken over HTTP, if the attack's settings say so. */
  readonly recordsPort: number;
}

export interface StrangerAttack {
  readonly title: string;
  /** Goes on until its process is killed. Resolves when innocents are to come. */
  readonly strike: (target: Target) => Promise<void> | void;
  /** Lines of dnsteer.yaml. */
  readonly config?: string | ((recordsPort: number) => string);
  /** File under `policies/` → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files the server's processes may open. */
  readonly descriptors?: number;
  /** What innocents ask on. Default: UDP and TCP. */
  readonly innocents?: 'tcp' | 'tls';
  /** What else is to be seen while it goes on. */
  readonly meanwhile?: (target: Target) => Promise<void>;
  /** What else is to be seen, once it is over. */
  readonly sees?: (server: TestServer, status: Status) => Promise<void> | void;
}

/** Registers the test of an attack, or strikes, in the process that is to do so. To be called by the file that declares it. */
export function stranger(attack: StrangerAttack, file: string): void {
  const [, , what, target] = process.argv;
  if (what === 'strike' && target !== undefined) {
    void strike(attack, JSON.parse(target) as Target);
    return;
  }
  test(`${attack.title}: everybody else is answered`, async (t) => {
    const { server, target, close } = await openFor(attack);
    try {
      await fight(t, attack, server, file, target);
    } finally {
      await close();
    }
  });
}

/** A server that strangers are to strike. */
export async function openFor(
  attack: StrangerAttack,
): Promise<{ server: TestServer; target: Target; close: () => Promise<void> }> {
  const tls = await encrypted();
  const recordsPort = await freePort();
  const { config = '' } = attack;
  const server = await startServer({
    policies: { ...FILES, ...attack.files },
    config: `${CONFIG}\n${tls.config}${typeof config === 'string' ? config : config(recordsPort)}`,
    ...(attack.descriptors !== undefined && { descriptors: attack.descriptors }),
  });
  for (const name of Object.keys(INNOCENTS)) await isServed(server.port, name);
  const close = async (): Promise<void> => {
    await server.stop();
    tls.remove();
  };
  return { server, target: { port: server.port, recordsPort, ...tls }, close };
}

/** Starts the attack of a file. To be killed when it is over. */
export function strikeFrom(file: string, target: Target): ChildProcess {
  return fork(file, ['strike', JSON.stringify(target)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function strike(attack: StrangerAttack, target: Target): Promise<void> {
  // Whoever is killed, or turned away, in the middle of it is no reason to stop.
  process.on('uncaughtException', () => {});
  await attack.strike(target);
  process.send?.('struck');
}

async function fight(
  t: TestContext,
  attack: StrangerAttack,
  server: TestServer,
  file: string,
  target: Target,
): Promise<void> {
  const before = await server.status();
  const memory = new MemoryWatch(server.process.pid ?? 0);
  const twin = await IdleTwin.start();
  const striker = strikeFrom(file, target);
  const end = async (): Promise<{ twinMs: number; one: number }> => {
    striker.kill('SIGKILL');
    return { twinMs: await twin.stop(), one: memory.stop().one };
  };
  const { replies, visits } = await innocents(attack, target, striker).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  const { twinMs, one } = await end();
  const loops = await loopsOf(server);
  const slowest = Math.max(...replies.map(({ milliseconds }) => milliseconds));
  t.diagnostic(
    `${replies.length} replies, the slowest ${slowest.toFixed(0)} ms, ${visits.length} connections; longest turn ${loops.turnMs.toFixed(1)} ms, latest timer ${loops.delayMs.toFixed(1)} ms, of an idle twin ${twinMs.toFixed(1)} ms; ${one.toFixed(0)} MiB`,
  );
  assert.deepEqual(wrongAnswers(replies), [], 'innocents over UDP');
  assert.ok(replies.length > 100, 'there was load');
  assert.ok(slowest < MOST_MS, `the slowest of ${replies.length} took ${slowest.toFixed(0)} ms`);
  assert.ok(visits.length > 5, 'there were connections');
  assert.deepEqual(
    visits.filter((outcome) => outcome !== 'answered'),
    [],
    `innocents over ${attack.innocents ?? 'tcp'}`,
  );
  assertSwift(loops, server);
  assert.ok(one < MOST_MEMORY, `a process had ${one} MiB`);
  const after = await server.status();
  assert.deepEqual(lasting(after), lasting(before), 'no process but sandboxes has ended');
  await attack.sees?.(server, after);
}

/** What clients got that ask over UDP by the clock, and those that come with a connection each. */
async function innocents(
  attack: StrangerAttack,
  target: Target,
  striker: ChildProcess,
): Promise<{ replies: readonly Reply[]; visits: readonly string[] }> {
  const ended = once(striker, 'exit').then(() => 'ended');
  assert.notEqual(await Promise.race([once(striker, 'message'), ended]), 'ended', 'the attack goes on');
  const names = Object.keys(INNOCENTS);
  const loads = await Promise.all(names.map((name) => SteadyLoad.start(target.port, () => name, 100)));
  const visits: Promise<string>[] = [];
  // It is awaited only when the load has gone, so a failure has to have somebody who hears of it until then.
  const seen = attack.meanwhile?.(target);
  seen?.catch(() => {});
  for (const end = performance.now() + STRIKE_MS; performance.now() < end; await sleep(VISIT_MS))
    visits.push(Guest.ask(attack.innocents ?? 'tcp', target));
  const outcomes = await Promise.all(visits);
  const replies = (await Promise.all(loads.map((load) => load.stop()))).flat();
  await seen;
  return { replies, visits: outcomes };
}

async function isServed(port: number, name: string): Promise<void> {
  const client = await Client.open(port);
  try {
    await until(
      async () => (await askOnce(client, name)).text,
      (text) => text === INNOCENTS[name],
    );
  } finally {
    client.close();
  }
}

function lasting({ processes }: Status): { kind: string; pid: number }[] {
  return processes.filter(({ kind }) => kind !== 'sandbox').map(({ kind, pid }) => ({ kind, pid }));
}
