/**
 * One answer process: every part built and wired once, and told what to do by control
 * (rpc/control-protocol.ts).
 *
 *   UDP, TCP, TLS, HTTPS ──▶ responder ──▶ zones · memo · health · geo
 *                                │
 *                                └───────▶ sandbox
 *
 * It never waits for control: when control dies it goes on with what it knows, and leaves once a
 * successor's own processes answer.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Counters } from '../answer/counting/counters.ts';
import { noTransportCounts, statsOf, zoneStatsOf } from '../answer/counting/stats.ts';
import { type ExplainParts, explain } from '../answer/explain/explain.ts';
import { RateLimit } from '../answer/limits/rate-limit.ts';
import { ServerCookies } from '../answer/limits/server-cookies.ts';
import { type MemoSpace, memoSpace } from '../answer/memo/memo-space.ts';
import { PacketCache } from '../answer/replies/packet-cache.ts';
import { OctetsReader } from '../answer/replies/sent-octets.ts';
import { Responder } from '../answer/responder.ts';
import type { Served } from '../answer/zones/served-zone.ts';
import { Publisher } from '../answer/zones/zone-publisher.ts';
import { assert } from '../base/assert.ts';
import { foreignWork } from '../base/loop/foreign-work.ts';
import { loop } from '../base/loop/loop-watch.ts';
import { Slices } from '../base/loop/slices.ts';
import type { Steps } from '../base/loop/steps.ts';
import { socketAddressToText } from '../base/net/socket-address.ts';
import { isSuperseded } from '../base/process/generation.ts';
import { createGeoSource } from '../geo/geo-source.ts';
import { HealthTable } from '../health/table.ts';
import type { AnswerSettings, SocketPlace, TlsSecrets } from '../rpc/answer-settings.ts';
import type { FromAnswer, ToAnswer } from '../rpc/control-protocol.ts';
import { type LaneStats, SandboxLanes } from '../runner/lanes/lanes.ts';
import { Launcher } from '../runner/process/launcher.ts';
import { sandboxCommand } from '../runner/process/program.ts';
import { TransferDesk } from '../transfer/desk.ts';
import type { Listener } from '../transport/listener.ts';
import { Listeners } from '../transport/listeners.ts';
import { type Account, accountToBecome, becomeAccount } from '../transport/privileges.ts';
import { Credentials } from '../transport/streams/credentials.ts';
import { ZoneSet } from '../zone/zone-set.ts';

/** Milliseconds between two looks for a successor of a control that died. */
const LOOK_MS = 500;
const COUNTS = foreignWork({
  name: 'counts for control',
  cause: 'stranger',
  kind: 'sliced',
  milliseconds: 1,
  octets: 160_000,
});
/** Messages to control that may be on their way. */
const MOST_UNTAKEN = 1000;
/** What control can do without: each stands for many, or is one of many. */
const NEWS: ReadonlySet<FromAnswer['t']> = new Set([
  'query',
  'fallback',
  'contradiction',
  'limited',
  'stall',
]);
const ORDERS = foreignWork({
  name: 'orders of control',
  cause: 'control',
  kind: 'sliced',
  milliseconds: 1,
  octets: 262_144,
});

/** Of what may be long, control sends the next when one was read. */
const PACED: ReadonlySet<ToAnswer['t']> = new Set(['zones', 'octets', 'health']);

class AnswerProcess {
  readonly #settings: AnswerSettings;
  /** Whom to become. */
  readonly #account: Account | undefined;
  readonly #parts: ExplainParts;
  readonly #counters = new Counters();
  readonly #rateLimit: RateLimit | undefined;
  readonly #memory: MemoSpace;
  readonly #health = new HealthTable();
  readonly #sandbox: SandboxLanes;
  readonly #sandboxStart: Promise<void>;
  readonly #octets = new OctetsReader();
  readonly #counting = new Slices(COUNTS);
  readonly #publisher: Publisher;
  readonly #responder: Responder;
  readonly #transport = noTransportCounts();
  #credentials: Credentials | undefined;
  #listeners: Listeners | undefined;
  #isDraining = false;

  constructor(settings: AnswerSettings) {
    this.#settings = settings;
    this.#account = accountToBecome(settings.dropPrivileges);
    // What runs policies is never root, not even while the addresses are yet to be bound.
    const launcher = new Launcher(this.#account);
    const command = sandboxCommand(undefined, settings.sandbox);
    this.#sandbox = new SandboxLanes({
      onState: (event) => tell({ t: 'sandbox', ...event }),
      settings: settings.sandbox,
      prelude: settings.prelude,
      spawn: (priority) => launcher.start(command, priority),
    });
    this.#sandboxStart = this.#sandbox.start();
    // Whoever listens waits for it, and is told there.
    this.#sandboxStart.catch(() => {});
    this.#memory = memoSpace(settings.memo);
    const zones = new ZoneSet<Served>();
    this.#parts = {
      zones,
      sandbox: this.#sandbox,
      counters: this.#counters,
      packets: new PacketCache({
        slots: settings.memo.packets,
        zones,
        health: this.#health,
        counters: this.#counters,
        memory: this.#memory,
      }),
      cookies: new ServerCookies(),
      onContradiction: (event) => tell({ t: 'contradiction', event }),
      settings,
      geo: createGeoSource(settings.geo),
      health: this.#health,
    };
    this.#publisher = new Publisher({
      ...this.#parts,
      ...settings,
      memory: this.#memory,
      sandbox: this.#sandbox,
      octets: this.#octets,
    });
    const transfers = new TransferDesk({
      ...this.#parts,
      transfers: settings.transfers,
      respond: (packet, requester) => this.#responder.respond(packet, requester),
      mayReply: (rcode) => this.#responder.mayReply(rcode),
      onTransfer: (event) => tell({ t: 'transfer', event }),
      onNotify: (event) => tell({ t: 'notify', event }),
    });
    this.#rateLimit =
      settings.rateLimit && new RateLimit(settings.rateLimit, (event) => tell({ t: 'limited', event }));
    this.#responder = new Responder({
      ...this.#parts,
      transfers,
      rateLimit: this.#rateLimit,
      onFallback: (event) => tell({ t: 'fallback', event }),
      onQuery: (line) => tell({ t: 'query', line }),
      queryLogSample: settings.queryLogSample,
    });
  }

  /** Does what control says. */
  async obey(message: Exclude<ToAnswer, { t: 'start' }>): Promise<void> {
    switch (message.t) {
      case 'listen':
        return this.#listen(message.sockets);
      case 'adopt':
        return this.#adopt(message.set, message.sockets);
      case 'leave':
        return this.#listeners?.leave(message.set);
      case 'octets':
        return this.#octets.take(message);
      case 'zones': {
        const problems = await this.#publisher.apply(message.put, message.drop);
        return tell({ t: 'applied', seq: message.seq, ...(problems.length > 0 && { problems }) });
      }
      case 'secrets':
        return this.#setSecrets(message.secrets);
      case 'health':
        for (const [id, state] of Object.entries(message.states)) this.#health.set(id, state);
        return undefined;
      case 'cookies':
        return this.#parts.cookies.use(message);
      case 'ping':
        return tell({ t: 'pong' });
      case 'stats':
        return this.#tellStats(message.id);
      case 'explain':
        return tell({ t: 'explained', id: message.id, explanation: await explain(message.ask, this.#parts) });
      case 'release':
        return tell({ t: 'released', id: message.id, wasQuarantined: this.#release(message.zone) });
      case 'drain':
        return this.drain();
      default:
        return message satisfies never;
    }
  }

  /** Answers what is pending, and ends the process. */
  async drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    await this.#listeners?.close();
    await this.#sandbox.stop();
    process.exit(0);
  }

  /** Goes on without control until another has taken over. */
  outliveControl(): void {
    if (this.#listeners?.isEmpty !== false) void this.drain();
    void this.#awaitSuccessor();
  }

  /** One look at a time: the file system may take as long as it likes. */
  async #awaitSuccessor(): Promise<void> {
    while (!(await isSuperseded(this.#settings.generation))) await sleep(LOOK_MS);
    await this.drain();
  }

  /** Replies `ready`, or `fatal` and ends. */
  async #listen(sockets: readonly SocketPlace[] | undefined): Promise<void> {
    try {
      await this.#sandboxStart;
      this.#listeners = new Listeners(this.#settings, {
        onQuery: (packet, requester) => this.#responder.respond(packet, requester),
        counters: this.#transport,
        onFewer: (warning) => tell({ t: 'descriptors', warning }),
        credentials: this.#credentials,
      });
      const opened = await this.#listeners.open(this.#settings.index, sockets);
      if (this.#account !== undefined) becomeAccount(this.#account);
      const listening = opened.map((listener) => this.#placeOf(listener));
      loop.start((event) => tell({ t: 'stall', event }));
      tell({ t: 'ready', listening: [...new Set(listening)], udp: await this.#listeners.sockets() });
    } catch (error) {
      await this.#sandbox.stop();
      const message = error instanceof Error ? error.message : String(error);
      process.send?.({ t: 'fatal', message } satisfies FromAnswer, () => process.exit(1));
    }
  }

  /** Whatever keeps it from that, it goes on with what it has. */
  async #adopt(set: number, sockets: readonly SocketPlace[]): Promise<void> {
    try {
      await this.#listeners?.open(set, sockets);
    } catch (error) {
      tell({ t: 'unadopted', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** `127.0.0.1:53`, for UDP and TCP; `tls://127.0.0.1:853`, `https://127.0.0.1:443/dns-query`. */
  #placeOf({ transport, endpoint }: Listener): string {
    const address = socketAddressToText(endpoint);
    if (transport === 'tls') return `tls://${address}`;
    return transport === 'https' ? `https://${address}${this.#settings.https.path}` : address;
  }

  #setSecrets(secrets: TlsSecrets): void {
    if (this.#credentials === undefined) this.#credentials = new Credentials(secrets);
    else this.#credentials.change(secrets);
  }

  /** Gives the policy of a zone another chance, unless it was stopped in its trial; whether it was quarantined. */
  #release(zone: string): boolean {
    const served = [...this.#publisher.zones].find(({ attachment }) => attachment.id === zone);
    const policy = served?.attachment.policy;
    if (policy === undefined) return false;
    const wasQuarantined =
      policy.quarantined !== undefined || this.#sandbox.stats().quarantined.includes(policy.key);
    this.#sandbox.release(policy.key);
    policy.breaker.succeed();
    return wasQuarantined;
  }

  async #tellStats(id: number): Promise<void> {
    const sandbox = this.#sandbox.stats();
    await this.#counting.run('control', this.#zoneStats(id, sandbox));
    const stats = statsOf(this.#counters, this.#memory, sandbox, this.#transport, this.#rateLimit?.counts);
    tell({ t: 'stats', id, stats });
  }

  *#zoneStats(id: number, sandbox: LaneStats): Steps<void> {
    for (const part of zoneStatsOf(this.#counters, this.#publisher.zones, sandbox)) {
      tell({ t: 'stats-part', id, part });
      yield;
    }
  }
}

/** Messages that are not with control yet. */
let untaken = 0;

/**
 * What cannot be said because control is gone is not said; nor is any news while control takes none, as when it is
 * stopped: a flood of them would take all memory.
 */
function tell(message: FromAnswer): void {
  if (!process.connected || (untaken >= MOST_UNTAKEN && NEWS.has(message.t))) return;
  untaken += 1;
  process.send?.(message, undefined, {}, () => {
    untaken -= 1;
  });
}

let running: AnswerProcess | undefined;

process.on('message', (message: ToAnswer) => {
  if (message.t === 'start') {
    running = new AnswerProcess(message.settings);
    return;
  }
  assert(running !== undefined, 'control says "start" first');
  // What is rejected is a bug: it ends this process, and control starts another.
  const isMarked = loop.begin(ORDERS);
  void running.obey(message);
  if (isMarked) loop.end(message.t);
  // In another turn: there queries have been answered.
  if (PACED.has(message.t)) setImmediate(() => tell({ t: 'taken' }));
});

process.on('disconnect', () => {
  if (running === undefined) process.exit(0);
  running.outliveControl();
});

// Ctrl-C and a closing terminal reach the whole group; control decides what they mean.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => {
  if (running === undefined) process.exit(0);
  void running.drain();
});
