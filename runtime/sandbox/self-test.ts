/**
 * Tries each door of this process once all are shut: each attempt needs a right that Node promises to refuse.
 * A door counts as shut only if Node refuses; an attempt that fails for another reason (no such file, no
 * listener) proves nothing. An attempt through an open door does no harm.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import type { EventEmitter } from 'node:events';
import fs from 'node:fs';
import inspector from 'node:inspector';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { COLLECT, type Door, type OpenDoors } from '../rpc/sandbox-protocol.ts';
import { PolicyIsolate } from './isolate.ts';
import type { Snapshot } from './prelude-snapshot.ts';

const OWN_CODE = fileURLToPath(import.meta.url);
const NOWHERE = '/nowhere/dnsteer';
/** The port "discard": usually no process listens there, and a listener gets no data. */
const DISCARD = 9;

const ATTEMPTS: readonly (readonly [Door, () => unknown])[] = [
  ['read files', () => fs.readFileSync('/etc/passwd')],
  ['read its own code', () => fs.readFileSync(OWN_CODE)],
  ['list folders', () => fs.readdirSync('/')],
  ['write files', () => fs.writeFileSync(NOWHERE, '')],
  ['start processes', () => childProcess.spawnSync(NOWHERE)],
  ['start threads', () => void new Worker('', { eval: true }).terminate()],
  ['open the inspector', openInspector],
  ['load native code', () => process.dlopen({ exports: {} }, NOWHERE)],
  ['reach the internals of Node', () => Reflect.apply(Reflect.get(process, 'binding'), process, ['fs'])],
  ['listen on TCP', listen],
  ['read the environment', readEnvironment],
  ['signal other processes', () => process.kill(process.ppid, 0)],
  ['make code from strings', () => Reflect.construct(Function, ['return 1'])],
];

/** Node 24 has no permissions for these doors. */
const NETWORK: ReadonlySet<Door> = new Set(['connect over TCP', 'listen on TCP', 'use UDP']);
/** Node before 26.3, early releases of 24 included, cannot give up these rights. */
const NEEDED_TO_LOAD: ReadonlySet<Door> = new Set(['read its own code', 'load native code']);

/** Globals that no isolate may have: with these a policy could reach the process, or block it for ever. */
const ABSENT = ['require', 'process', 'fetch', 'WebAssembly', 'SharedArrayBuffer', 'Atomics'];
/** The manifest lists the globals found. Microtasks run before it is read, so `import()` has been refused. */
const LOOK_AROUND = `
  const found = ${JSON.stringify(ABSENT)}.filter((name) => name in globalThis);
  if (globalThis.${COLLECT} !== undefined) found.push('${COLLECT}');
  let refused = false;
  import('node:fs').catch(() => { refused = true; });
  globalThis.__dnsteer_manifest = () => JSON.stringify({ found, refused });`;
const NOTHING_THERE = JSON.stringify({ found: [], refused: true });
const LOOK_MS = 1000;
/** isolated-vm refuses a smaller limit. */
const SMALLEST_MB = 8;
/** Loopback answers at once where connecting is possible. */
const CONNECT_MS = 1000;

/** The doors that are open and should not be. The process has no policy yet. */
export async function openDoors(): Promise<OpenDoors> {
  const open = ATTEMPTS.filter(([, attempt]) => isPossible(attempt)).map(([door]) => door);
  const [canConnect, canBind] = await Promise.all([isConnectPossible(), isUdpPossible()]);
  if (canConnect) open.push('connect over TCP');
  if (canBind) open.push('use UDP');
  if (!isBare()) open.push('give policies more than they should have');
  return { open: open.filter(hasLock), lockless: open.filter((door) => !hasLock(door)) };
}

/** Whether a policy finds nothing in an isolate that it should not have. */
export function isBare(snapshot?: Snapshot): boolean {
  const isolate = new PolicyIsolate(SMALLEST_MB, snapshot);
  const said = isolate.load(LOOK_AROUND, { timeoutMs: LOOK_MS, wallMs: 5 * LOOK_MS });
  isolate.dispose();
  return said.ok && said.text === NOTHING_THERE;
}

function hasLock(door: Door): boolean {
  // Without `--permission` Node locks nothing, which is not its fault.
  const permission: typeof process.permission | undefined = process.permission;
  if (NETWORK.has(door)) return process.allowedNodeEnvironmentFlags.has('--allow-net');
  return !NEEDED_TO_LOAD.has(door) || permission === undefined || 'drop' in permission;
}

function isPossible(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    return !isRefusal(error);
  }
}

function isRefusal(error: unknown): boolean {
  // A function that shutDoors() removed is no function any more, which is a TypeError.
  if (error instanceof EvalError || error instanceof TypeError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_ACCESS_DENIED' || code === 'ERR_DLOPEN_DISABLED';
}

function openInspector(): void {
  inspector.open(0, '127.0.0.1');
  inspector.close();
}

/** Without an address Node reports its refusal at once; with one, it throws where no code can catch it. */
function listen(): void {
  const server = net.createServer();
  server.on('error', () => {});
  server.listen(0);
  server.close();
}

function readEnvironment(): void {
  if (Object.keys(process.env).length === 0) throw new TypeError('There is none');
}

async function isConnectPossible(): Promise<boolean> {
  const socket = net.connect({ port: DISCARD, host: '127.0.0.1', timeout: CONNECT_MS });
  const error = await errorBefore(socket, ['connect', 'timeout']);
  socket.destroy();
  return !isRefusal(error);
}

async function isUdpPossible(): Promise<boolean> {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  const error = await errorBefore(socket, ['listening']);
  socket.close();
  return !isRefusal(error);
}

function errorBefore(emitter: EventEmitter, events: readonly string[]): Promise<unknown> {
  return new Promise((resolve) => {
    emitter.on('error', resolve);
    for (const event of events) emitter.on(event, () => resolve(undefined));
  });
}
