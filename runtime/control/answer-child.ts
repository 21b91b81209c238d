/**
 * One answer process as control sees it: what is asked of it and what it replies. The messages are
 * rpc/control-protocol.ts; this file adds ids, waiting and the end of the process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type {
  AnswerSettings,
  AnswerStats,
  CookieSettings,
  ExplainAsk,
  FromAnswer,
  HealthStates,
  SentZone,
  TlsSecrets,
  ToAnswer,
  UdpSockets,
} from '../rpc/control-protocol.ts';
import type { Explanation } from '../rpc/explanation.ts';

/** What an answer process tells on its own account. */
export type AnswerEvent = Extract<
  FromAnswer,
  { t: 'fallback' | 'contradiction' | 'query' | 'sandbox' | 'transfer' | 'notify' | 'limited' }
>;

/** How its start ended; it listens only when told to. */
export type StartOutcome =
  | { readonly kind: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly kind: 'fatal'; readonly message: string }
  | { readonly kind: 'exited'; readonly detail: string };

interface Counts {
  readonly queries: AnswerStats['queries'][number][];
  readonly zones: AnswerStats['zones'][number][];
}

type Reply = Extract<FromAnswer, { t: 'applied' | 'stats' | 'explained' | 'released' }>;

/** Targets in one message: some 25 KB. */
const STATES_TOGETHER = 256;
const ENTRY = fileURLToPath(new URL(`../answer-process${path.extname(import.meta.url)}`, import.meta.url));

export class AnswerChild {
  readonly #child: ChildProcess;
  readonly #onEvent: (event: AnswerEvent) => void;
  /** By id; `undefined` is delivered when the process ends first. */
  readonly #waiting = new Map<number, (reply: Reply | undefined) => void>();
  /** Parts of a reply that is not complete, by id. */
  readonly #counts = new Map<number, Counts>();
  #nextId = 1;
  readonly started: Promise<StartOutcome>;
  /** How it ended, in words. */
  readonly exited: Promise<string>;

  constructor(settings: AnswerSettings, onEvent: (event: AnswerEvent) => void) {
    this.#onEvent = onEvent;
    // Secrets of control are no business of a process that strangers talk to.
    const { DNSTEER_ADMIN_TOKEN: _, ...env } = process.env;
    // Node's own JSON channel: both ends are ours (rpc/control-protocol.ts).
    this.#child = fork(ENTRY, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`could not start: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
    this.started = this.#start();
    void this.exited.then(() => {
      for (const resolve of this.#waiting.values()) resolve(undefined);
      this.#waiting.clear();
    });
    this.#send({ t: 'start', settings });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once clients can see these zones, or the process has ended; with those it could not take, in words. */
  async publish(put: readonly SentZone[], drop: readonly string[]): Promise<readonly string[]> {
    const reply = await this.#ask((seq) => ({ t: 'zones', seq, put, drop }));
    return reply?.t === 'applied' ? (reply.problems ?? []) : [];
  }

  /** A version may bring thousands of targets: no message of them is long to read. */
  setHealth(states: HealthStates): void {
    const all = Object.entries(states);
    for (let at = 0; at < all.length; at += STATES_TOGETHER) {
      this.#send({ t: 'health', states: Object.fromEntries(all.slice(at, at + STATES_TOGETHER)) });
    }
  }

  setCookies(settings: CookieSettings): void {
    this.#send({ t: 'cookies', ...settings });
  }

  setSecrets(secrets: TlsSecrets): void {
    this.#send({ t: 'secrets', secrets });
  }

  /** `undefined` if the process ends before it replies. */
  async stats(): Promise<AnswerStats | undefined> {
    const reply = await this.#ask((id) => ({ t: 'stats', id }));
    return reply?.t === 'stats' ? reply.stats : undefined;
  }

  async explain(ask: ExplainAsk): Promise<Explanation | undefined> {
    const reply = await this.#ask((id) => ({ t: 'explain', id, ask }));
    return reply?.t === 'explained' ? reply.explanation : undefined;
  }

  /** Whether the policy of the zone was quarantined there. */
  async release(zone: string): Promise<boolean> {
    const reply = await this.#ask((id) => ({ t: 'release', id, zone }));
    return reply?.t === 'released' && reply.wasQuarantined;
  }

  /** Opens its sockets; {@link started} tells how that went. */
  listen(): void {
    this.#send({ t: 'listen' });
  }

  drain(): void {
    this.#send({ t: 'drain' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #start(): Promise<StartOutcome> {
    return new Promise((resolve) => {
      void this.exited.then((detail) => resolve({ kind: 'exited', detail }));
      this.#child.on('message', (message) => {
        const said = message as FromAnswer;
        switch (said.t) {
          case 'ready':
            return resolve({ kind: 'ready', listening: said.listening, udp: said.udp });
          case 'fatal':
            return resolve({ kind: 'fatal', message: said.message });
          case 'applied':
            return this.#settle(said.seq, said);
          case 'counts':
            return this.#gather(said.id, said);
          case 'stats':
            return this.#settle(said.id, { ...said, stats: { ...said.stats, ...this.#gathered(said.id) } });
          case 'explained':
          case 'released':
            return this.#settle(said.id, said);
          case 'fallback':
          case 'contradiction':
          case 'query':
          case 'sandbox':
          case 'transfer':
          case 'notify':
          case 'limited':
            return this.#onEvent(said);
          default:
            return said satisfies never;
        }
      });
    });
  }

  #gather(id: number, { queries, zones }: Pick<AnswerStats, 'queries' | 'zones'>): void {
    const counts = this.#counts.get(id) ?? { queries: [], zones: [] };
    for (const query of queries) counts.queries.push(query);
    for (const zone of zones) counts.zones.push(zone);
    this.#counts.set(id, counts);
  }

  #gathered(id: number): Counts {
    const counts = this.#counts.get(id) ?? { queries: [], zones: [] };
    this.#counts.delete(id);
    return counts;
  }

  /** Nobody waits for a reply that is read after the end of its process is known. */
  #settle(id: number, reply: Reply): void {
    this.#waiting.get(id)?.(reply);
    this.#waiting.delete(id);
  }

  #ask(request: (id: number) => ToAnswer): Promise<Reply | undefined> {
    if (!this.#child.connected) return Promise.resolve(undefined);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send(request(id));
    });
  }

  /** A message to a process that is ending is lost with it: its successor is told everything anew. */
  #send(message: ToAnswer): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}
