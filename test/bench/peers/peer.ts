/** A server to be measured: how it is started, and what there is to know of it while it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import dnsPacket from 'dns-packet';
import { ZONE } from '../cases.ts';
import { question } from '../questions.ts';

export type PeerName = 'dnsteer' | 'gdnsd' | 'NSD' | 'PowerDNS' | 'PowerDNS shared';

export interface Peer {
  readonly name: PeerName;
  /** As it calls itself. */
  readonly version: string;
  readonly port: number;
  /** Of the process that answers, or of that whose children do. */
  readonly pid: number;
  /** What it has counted so far, if it tells. */
  tally?(): Promise<Tally>;
  stop(): Promise<void>;
}

export interface Tally {
  /** Of the process that runs policies, which may be another one a moment later. */
  readonly sandbox: number;
  readonly queries: number;
  readonly runs: number;
  readonly fallbacks: number;
}

/** What all servers need to be given. */
export interface Ground {
  /** A folder of its own for whatever it wants to write. */
  readonly folder: string;
  /** A MaxMind database of all it is to know of where clients are. */
  readonly geo: string;
  /** Listens on all addresses whose health is checked. */
  readonly healthPort: number;
}

/** A peer that cannot be measured here, and why. */
export class PeerMissingError extends Error {}

/** Whether a server answers at all by now. */
export async function answers(port: number): Promise<boolean> {
  const reply = await ask(port, question(`static.${ZONE}`), 100);
  if (reply === undefined) await sleep(20);
  return reply !== undefined;
}

/** The A records of the answer; nothing if none comes. */
export async function ask(port: number, packet: Buffer, patienceMs = 1000): Promise<string[] | undefined> {
  const socket = createSocket('udp4').on('error', () => {});
  try {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const reply = once(socket, 'message', { signal: AbortSignal.timeout(patienceMs) });
    socket.send(packet);
    const [message] = (await reply) as [Buffer];
    const { answers: records = [] } = dnsPacket.decode(message);
    return records.flatMap((record) => (record.type === 'A' ? [record.data] : [])).sort();
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** Where a program is, among the places of system programs as well. */
export function programNamed(name: string, debianPackages: string): string {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => path.join(folder, name)).find(isExecutable);
  if (found === undefined)
    throw new PeerMissingError(`${name} is not installed (apt-get install ${debianPackages})`);
  return found;
}

/** A program that runs until it is stopped. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  #said = '';

  constructor(command: string, args: readonly string[]) {
    this.#name = path.basename(command);
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-MOST_SAID);
      });
    }
    process.once('exit', () => this.#child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when `isReady` first says so; throws with what the program said when it ends before, or takes too long. */
  async ready(isReady: () => Promise<boolean>): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (!(await isReady())) {
      if (this.#child.exitCode !== null || performance.now() > until)
        throw new Error(`${this.#name} does not answer:\n${this.#said}`);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  }
}

const MOST_SAID = 4000;
const PATIENCE_MS = 30_000;
const STOP_MS = 3000;

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
