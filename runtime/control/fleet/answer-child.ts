/**
 * One answer process as control sees it: what control asks of it and what it replies. The messages are in
 * rpc/control-protocol.ts; this file adds ids, waiting and the end of the process.
 */
import type { ChildProcess } from 'node:child_process';
import { fail, ok } from '../../base/result.ts';
import { type AliasNews, charactersOfNews } from '../../health/aliases/alias-news.ts';
import { charactersOfOverrides, type ZoneOverrides } from '../../health/overrides/zone-overrides.ts';
import type { HealthReport } from '../../health/target.ts';
import type {
  AnswerSettings,
  CookieSettings,
  LiveSettings,
  SocketPlace,
  TlsSecrets,
  UdpSockets,
} from '../../rpc/answer-settings.ts';
import type { AnswerStats, StatsPart } from '../../rpc/answer-stats.ts';
import type { FromAnswer, ToAnswer } from '../../rpc/control-protocol.ts';
import type { ExplainAsk, Explained } from '../../rpc/explanation.ts';
import type { SigningKeys } from '../../rpc/zone-signing.ts';
import type { SentZone } from '../../rpc/zone-update.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import type { SystemCalls } from '../../transport/udp/system-calls.ts';
import type { AnswerEvent, Settlement } from './answer-events.ts';
import { DescriptorChannel } from './descriptor-channel.ts';
import { endOf, forkAnswer } from './fork-answer.ts';
import { charactersOf, inParts, PacedChannel } from './paced-channel.ts';
import { Pulse } from './pulse.ts';
import { AwaitedReplies, type Reply } from './replies.ts';

/** How the start of a process ended; the process listens only when control says so. */
export type StartOutcome =
  | { readonly kind: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly kind: 'fatal'; readonly message: string }
  | { readonly kind: 'exited'; readonly detail: string };

export class AnswerChild {
  readonly #child: ChildProcess;
  readonly #onEvent: (event: AnswerEvent) => void;
  readonly #replies = new AwaitedReplies();
  readonly #paced = new PacedChannel((message) => this.#send(message));
  /** Parts of stats that have arrived, by the id of the request. */
  readonly #statsParts = new Map<number, StatsPart[]>();
  readonly #pulse = new Pulse();
  readonly #channel: DescriptorChannel | undefined;
  /** It answers HTTP, and no DNS. */
  readonly isEdge: boolean;
  readonly started: Promise<StartOutcome>;
  /** Resolves when the process has ended, with how it ended, in words. */
  readonly exited: Promise<string>;

  /** `calls`: with system calls, the process can be handed sockets. */
  constructor(
    settings: AnswerSettings,
    onEvent: (event: AnswerEvent) => void,
    calls: SystemCalls | undefined,
  ) {
    this.#onEvent = onEvent;
    this.isEdge = settings.http !== undefined;
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

  /** Milliseconds of control's own time that the process has been silent though it was pinged. */
  get silentMs(): number {
    return this.#pulse.silentMs;
  }

  /** Notes whether the process was heard since the look before, `passedMs` ago, and pings it. */
  look(passedMs: number): void {
    this.#pulse.look(passedMs);
    this.#send({ t: 'ping' });
  }

  /**
   * Resolves once clients can see these zones, or the process has ended; returns problems with zones it could
   * not take.
   */
  async publish(
    put: readonly SentZone[],
    drop: readonly string[],
    expect: readonly string[] = [],
  ): Promise<readonly string[]> {
    const cut = put.map((zone) => this.#paced.cutDown(zone));
    const replies = [
      ...inParts(expect, ({ length }) => length + TO_DROP).map((names) => this.#publish([], [], names)),
      ...inParts(drop, ({ length }) => length + TO_DROP).map((names) => this.#publish([], names)),
      ...inParts(cut, charactersOf).map((zones) => this.#publish(zones, [])),
    ];
    return (await Promise.all(replies)).flat();
  }

  expectPolicies(): void {
    this.#send({ t: 'policies' });
  }

  /** Health goes in parts, none long to read: a site that is gone may have thousands of targets. */
  setHealth({ up, down, held = [], near = [], values = [] }: HealthReport): void {
    const none = { t: 'health', up: [], down: [] } as const;
    const send = (part: Partial<HealthReport>): void => this.#paced.send({ ...none, ...part });
    for (const [key, list] of Object.entries({ down, held, up }))
      for (const part of inParts(list, () => 0)) send({ [key]: part });
    for (const part of inParts(values, () => 0)) send({ values: part });
    // Pairs are not to be parted.
    const pairs = near.flatMap((_, at) => (at % 2 === 0 ? [near.slice(at, at + 2)] : []));
    for (const part of inParts(pairs, () => 0)) send({ near: part.flat() });
  }

  setOverrides(zones: readonly ZoneOverrides[]): void {
    for (const part of inParts(zones, charactersOfOverrides))
      this.#paced.send({ t: 'overrides', zones: part });
  }

  setAliases(news: readonly AliasNews[]): void {
    for (const part of inParts(news, charactersOfNews)) this.#paced.send({ t: 'aliases', news: part });
  }

  /** Private keys go in parts as well, and in turn with the zones that are signed with them. */
  setSigningKeys(zones: readonly SigningKeys[]): void {
    for (const part of inParts(zones, ({ keys }) => TO_OPEN_KEY * keys.length)) {
      this.#paced.send({ t: 'signing-keys', zones: part });
    }
  }

  /** Tells the process what became of an update, or of lines for a recording. */
  settle(settlement: Settlement): void {
    this.#send(settlement);
  }

  /** Resolves once the process goes by these settings, or has ended. */
  async use(settings: LiveSettings): Promise<void> {
    await this.#ask((id) => ({ t: 'settings', id, settings }));
  }

  setCookies(settings: CookieSettings): void {
    this.#send({ t: 'cookies', ...settings });
  }

  setSecrets(secrets: TlsSecrets): void {
    this.#send({ t: 'secrets', secrets });
  }

  /** What the process has counted; `undefined` if it ends before it replies. */
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

  async explain(ask: ExplainAsk): Promise<Explained | undefined> {
    const reply = await this.#ask((id) => ({ t: 'explain', id, ask }));
    if (reply?.t === 'unexplained') return fail(reply.problem);
    return reply?.t === 'explained' ? ok(reply.explanation) : undefined;
  }

  /** Ends the quarantine of a zone's policy in this process; returns whether it was quarantined there. */
  async release(zone: string): Promise<boolean> {
    const reply = await this.#ask((id) => ({ t: 'release', id, zone }));
    return reply?.t === 'released' && reply.wasQuarantined;
  }

  /** Lets the process open its own sockets, or take these; {@link started} says how that went. */
  listen(set: SocketSet | undefined): void {
    const sockets = set && this.#handOver(set);
    this.#send({ t: 'listen', ...(sockets && { sockets }) });
  }

  /** Lets the process read from the sockets of another as well. */
  adopt(index: number, set: SocketSet): void {
    this.#send({ t: 'adopt', set: index, sockets: this.#handOver(set) });
  }

  /** Makes the process stop reading from these sockets, once it has answered what it read. */
  leave(index: number): void {
    this.#send({ t: 'leave', set: index });
  }

  drain(hasSuccessor: boolean): void {
    this.#send({ t: 'drain', hasSuccessor });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Sends the descriptors of a set; if some cannot be sent, the process misses and reports them. */
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
          case 'unexplained':
          case 'released':
          case 'in-force':
            return this.#replies.settle(said.id, said);
          case 'fallback':
          case 'contradiction':
          case 'query':
          case 'record':
          case 'sandbox':
          case 'transfer':
          case 'notify':
          case 'update':
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

  async #publish(
    put: readonly SentZone[],
    drop: readonly string[],
    expect?: readonly string[],
  ): Promise<readonly string[]> {
    const reply = await this.#await((seq) =>
      this.#paced.send({ t: 'zones', seq, put, drop, ...(expect && { expect }) }),
    );
    return reply?.t === 'applied' ? (reply.problems ?? []) : [];
  }

  #ask(request: (id: number) => ToAnswer): Promise<Reply | undefined> {
    return this.#await((id) => this.#send(request(id)));
  }

  /** Sends a request with an id, and waits for the reply to it. */
  #await(send: (id: number) => void): Promise<Reply | undefined> {
    return this.#child.connected ? this.#replies.await(send) : Promise.resolve(undefined);
  }

  /** A message to a process that is ending is lost: its successor gets everything anew. */
  #send(message: ToAnswer): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

/** What it costs a process to drop or to expect a zone, in characters that are parsed in the same time. */
const TO_DROP = 512;
/** And to make a key of the octets of its two halves. */
const TO_OPEN_KEY = 8192;
