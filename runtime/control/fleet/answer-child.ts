/**
 * One answer process as control sees it: what is asked of it and what it replies. The messages are
 * rpc/control-protocol.ts; this file adds ids, waiting and the end of the process.
 */
import type { ChildProcess } from 'node:child_process';
import type { HealthStates } from '../../health/target.ts';
import type {
  AnswerSettings,
  CookieSettings,
  SocketPlace,
  TlsSecrets,
  UdpSockets,
} from '../../rpc/answer-settings.ts';
import type { AnswerStats, StatsPart } from '../../rpc/answer-stats.ts';
import type { FromAnswer, ToAnswer } from '../../rpc/control-protocol.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { SentZone } from '../../rpc/zone-update.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import type { SystemCalls } from '../../transport/udp/system-calls.ts';
import { DescriptorChannel } from './descriptor-channel.ts';
import { endOf, forkAnswer } from './fork-answer.ts';
import { inParts, PacedChannel } from './paced-channel.ts';
import { Pulse } from './pulse.ts';
import { AwaitedReplies, type Reply } from './replies.ts';

/** What an answer process tells on its own account. */
export type AnswerEvent = Extract<
  FromAnswer,
  {
    t:
      | 'fallback'
      | 'contradiction'
      | 'query'
      | 'sandbox'
      | 'transfer'
      | 'notify'
      | 'limited'
      | 'stall'
      | 'descriptors'
      | 'unadopted';
  }
>;

/** How its start ended; it listens only when control says so. */
export type StartOutcome =
  | { readonly kind: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly kind: 'fatal'; readonly message: string }
  | { readonly kind: 'exited'; readonly detail: string };

export class AnswerChild {
  readonly #child: ChildProcess;
  readonly #onEvent: (event: AnswerEvent) => void;
  readonly #replies = new AwaitedReplies();
  readonly #paced = new PacedChannel((message) => this.#send(message));
  /** Of stats on their way, by id. */
  readonly #statsParts = new Map<number, StatsPart[]>();
  readonly #pulse = new Pulse();
  readonly #channel: DescriptorChannel | undefined;
  readonly started: Promise<StartOutcome>;
  /** How it ended, in words. */
  readonly exited: Promise<string>;

  /** With system calls it can be handed sockets. */
  constructor(
    settings: AnswerSettings,
    onEvent: (event: AnswerEvent) => void,
    calls: SystemCalls | undefined,
  ) {
    this.#onEvent = onEvent;
    this.#channel = calls && DescriptorChannel.open(calls);
    this.#child = forkAnswer(settings, this.#channel?.theirs);
    this.#channel?.handedOver();
    this.exited = endOf(this.#child);
    this.started = this.#start();
    void this.exited.then(() => {
      this.#channel?.close();
      this.#replies.end();
    });
    this.#send({ t: 'start', settings });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** How long it has said nothing though it was pinged, in milliseconds of ours. */
  get silentMs(): number {
    return this.#pulse.silentMs;
  }

  /** Looks whether it has said anything since the look before, so many milliseconds ago, and pings it. */
  look(passedMs: number): void {
    this.#pulse.look(passedMs);
    this.#send({ t: 'ping' });
  }

  /** Resolves once clients can see these zones, or the process has ended; with those it could not take, in words. */
  async publish(put: readonly SentZone[], drop: readonly string[]): Promise<readonly string[]> {
    const cut = put.map((zone) => this.#paced.cutDown(zone));
    const replies = [
      ...inParts(drop, ({ length }) => length + TO_DROP).map((names) => this.#publish([], names)),
      ...inParts(cut, charactersOf).map((zones) => this.#publish(zones, [])),
    ];
    return (await Promise.all(replies)).flat();
  }

  /** A version may bring thousands of targets: no message of them is long to read. */
  setHealth(states: HealthStates): void {
    for (const part of inParts(Object.entries(states), ([id]) => id.length)) {
      this.#paced.send({ t: 'health', states: Object.fromEntries(part) });
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
    const parts: StatsPart[] = [];
    const reply = await this.#ask((id) => {
      this.#statsParts.set(id, parts);
      return { t: 'stats', id };
    });
    if (reply?.t !== 'stats') return undefined;
    this.#statsParts.delete(reply.id);
    const queries = parts.flatMap((part) => part.queries);
    return { ...reply.stats, queries, zones: parts.flatMap((part) => part.zones) };
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

  /** Opens its sockets, or takes these; {@link started} tells how that went. */
  listen(set: SocketSet | undefined): void {
    const sockets = set && this.#handOver(set);
    this.#send({ t: 'listen', ...(sockets && { sockets }) });
  }

  /** Reads from the sockets of another process as well. */
  adopt(index: number, set: SocketSet): void {
    this.#send({ t: 'adopt', set: index, sockets: this.#handOver(set) });
  }

  /** Reads from them no more, once it has answered what it read. */
  leave(index: number): void {
    this.#send({ t: 'leave', set: index });
  }

  drain(): void {
    this.#send({ t: 'drain' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The process misses what cannot be sent, and says so. */
  #handOver(set: SocketSet): SocketPlace[] {
    this.#channel?.send(set.map(({ descriptor }) => descriptor));
    return set.map(({ transport, address, port }) => ({ transport, address, port }));
  }

  #start(): Promise<StartOutcome> {
    return new Promise((resolve) => {
      void this.exited.then((detail) => resolve({ kind: 'exited', detail }));
      this.#child.on('message', (message) => {
        const said = message as FromAnswer;
        this.#pulse.beat();
        switch (said.t) {
          case 'pong':
            return undefined;
          case 'ready':
            return resolve({ kind: 'ready', listening: said.listening, udp: said.udp });
          case 'fatal':
            return resolve({ kind: 'fatal', message: said.message });
          case 'taken':
            return this.#paced.noteTaken();
          case 'applied':
            return this.#replies.settle(said.seq, said);
          case 'stats-part':
            return void this.#statsParts.get(said.id)?.push(said.part);
          case 'stats':
          case 'explained':
          case 'released':
            return this.#replies.settle(said.id, said);
          case 'fallback':
          case 'contradiction':
          case 'query':
          case 'sandbox':
          case 'transfer':
          case 'notify':
          case 'limited':
          case 'descriptors':
          case 'unadopted':
          case 'stall':
            return this.#onEvent(said);
          default:
            return said satisfies never;
        }
      });
    });
  }

  async #publish(put: readonly SentZone[], drop: readonly string[]): Promise<readonly string[]> {
    const reply = await this.#await((seq) => this.#paced.send({ t: 'zones', seq, put, drop }));
    return reply?.t === 'applied' ? (reply.problems ?? []) : [];
  }

  #ask(request: (id: number) => ToAnswer): Promise<Reply | undefined> {
    return this.#await((id) => this.#send(request(id)));
  }

  /** Sends what has an id, and waits for the reply to it. */
  #await(send: (id: number) => void): Promise<Reply | undefined> {
    return this.#child.connected ? this.#replies.await(send) : Promise.resolve(undefined);
  }

  /** A message to a process that is ending is lost with it: its successor hears everything anew. */
  #send(message: ToAnswer): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

/** The characters of all that varies much in a zone's message; octets that go by file are none of it. */
function charactersOf({ zone, image, policy, broken = '' }: SentZone): number {
  const octets = [image, policy?.body].map((sent) => (sent && 'base64' in sent ? sent.base64.length : 0));
  return octets.reduce((sum, characters) => sum + characters, ALL_ELSE + zone.length + broken.length);
}

/** What a zone costs the process that takes or drops it, in characters that are parsed in the same time. */
const ALL_ELSE = 4096;
const TO_DROP = 512;
