/**
 * Has this server draw traffic while it should: looks at the server, decides (announcement.ts), and tells bridges, which tell
 * BGP speakers. Nothing here is waited for by an answer, and without prefixes nothing is done at all.
 */
import path from 'node:path';
import type { AnnounceAsk, AnnounceOutcome } from '../../admin/announce/announce-ask.ts';
import type { AnnounceStatus } from '../../admin/announce/announce-status.ts';
import type { Logger } from '../../base/log.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { endsWithin } from '../../base/within.ts';
import type { Config } from '../../config/config.ts';
import { type Announcement, firstAnnouncement, nextAnnouncement } from './announcement.ts';
import { BirdBridge } from './bird-bridge.ts';
import { BridgeDesk } from './bridge-desk.ts';
import { OperatorDrain } from './operator-drain.ts';

export interface AnnouncerOptions {
  readonly settings: () => Pick<Config, 'announce' | 'listen' | 'state'>;
  /** Why the server should not draw traffic, looked at now, in words. */
  readonly unwell: () => readonly string[];
  readonly isStarting: () => boolean;
  readonly log: Logger;
  /** Is told of each change. */
  readonly onChange: (announcement: Announcement, prefixes: readonly string[]) => void;
}

/** Milliseconds between two looks: with `announce.fall` and those of BGP, far below two seconds. */
const LOOK_MS = 250;
/** Milliseconds for the withdrawal of a server that is stopped. */
const WITHDRAW_MS = 1000;

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #bird: BirdBridge;
  readonly #desk: BridgeDesk;
  readonly #drain: OperatorDrain;
  #now = firstAnnouncement(performance.now());
  #changes = 0;
  #ordered = '';
  #timer: NodeJS.Timeout | undefined;
  #state: 'idle' | 'open' | 'stopping' | 'closed' = 'idle';
  #opening: Promise<void> | undefined;
  #problem: string | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    const { log } = options;
    this.#bird = new BirdBridge(log);
    this.#desk = new BridgeDesk((hand, pid) => hand !== 'bird' || pid === this.#bird.pid);
    this.#drain = new OperatorDrain(path.join(options.settings().state, 'announce'), log);
  }

  /** This server is in charge from now on. Called again, it takes over other settings. */
  async open(): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'closed') return;
    if (this.#prefixes.length === 0 && this.#state === 'idle') return;
    this.#opening ??= this.#begin();
    await this.#opening;
    this.#useBird();
    this.#look();
  }

  /** Another server is in charge: all stays as it is. */
  release(): void {
    clearInterval(this.#timer);
    this.#state = 'closed';
    this.#bird.stop();
    this.#desk.close();
    this.#drain.close();
  }

  /** Prefixes are withdrawn, and traffic gets time to go elsewhere; the server answers until then. */
  async withdraw(): Promise<void> {
    if (this.#state !== 'open' || this.#prefixes.length === 0) return;
    this.#state = 'stopping';
    this.#look();
    if (!(await endsWithin(WITHDRAW_MS, this.#desk.allDone())))
      this.#options.log.error('A BGP speaker has not withdrawn the prefixes of this server in time');
    if (this.#desk.bridges.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 1000 * this.#options.settings().announce.stopWait));
  }

  /** Milliseconds that {@link withdraw} takes at most. */
  get withdrawMs(): number {
    if (this.#state === 'idle' || this.#state === 'closed' || this.#prefixes.length === 0) return 0;
    return WITHDRAW_MS + 1000 * this.#options.settings().announce.stopWait;
  }

  async obey(ask: AnnounceAsk): Promise<AnnounceOutcome> {
    if (this.#prefixes.length === 0)
      return { kind: 'idle', why: 'No prefixes are announced here (announce.prefixes)' };
    if (this.#state !== 'open')
      return { kind: 'not-now', why: 'The server is starting or ending: ask again in a moment' };
    if (ask.do === 'undrain' && this.#drain.inForce === undefined)
      return { kind: 'unknown', why: 'Nothing is drained' };
    const isKept = await this.#drain.obey(ask);
    this.#look();
    await endsWithin(WITHDRAW_MS, this.#desk.allDone());
    const warnings = isKept ? [] : ['That is in force, and cannot be kept: it is lost at the next start'];
    return { kind: 'done', announce: this.status(), warnings };
  }

  status(): AnnounceStatus {
    const drain = this.#drain.inForce;
    return {
      prefixes: this.#prefixes,
      way: this.#now.way ?? 'undecided',
      reason: this.#now.reason,
      since: wallTime(this.#now.since),
      changes: this.#changes,
      bridges: this.#desk.bridges.map(({ hand, ...rest }) => ({ speaker: hand, ...rest })),
      ...(drain && {
        drain: {
          owner: drain.owner,
          ...(drain.reason !== undefined && { reason: drain.reason }),
          since: new Date(drain.since).toISOString(),
          ...(drain.expires !== undefined && { expires: new Date(drain.expires).toISOString() }),
        },
      }),
    };
  }

  warnings(): string[] {
    if (this.#prefixes.length === 0 || this.#state !== 'open') return [];
    const { bridges } = this.#desk;
    const told = bridges.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
    const none =
      'No BGP speaker is connected: prefixes are announced by nobody (announce.bird, or "dnsteer announce exabgp")';
    return [
      ...(this.#problem === undefined ? [] : [this.#problem]),
      ...this.#drain.warnings,
      ...(bridges.length === 0 ? [none] : told),
    ];
  }

  get #prefixes(): readonly string[] {
    return this.#options.settings().announce.prefixes;
  }

  async #begin(): Promise<void> {
    const { socket } = this.#options.settings().announce;
    await this.#drain.load();
    try {
      await this.#desk.open(socket);
    } catch (error) {
      this.#problem = `Bridges to BGP speakers cannot come to ${socket}: ${systemErrorText(error)} (announce.socket)`;
      this.#options.log.error(this.#problem);
    }
    if (this.#state !== 'idle') return;
    this.#state = 'open';
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #useBird(): void {
    const { announce, listen } = this.#options.settings();
    const { socket, prefixes, bird } = announce;
    const { socket: control, folder, protocols } = bird;
    const isOn = prefixes.length > 0 && control !== undefined && folder !== undefined;
    const settings = isOn
      ? { socket, listen, prefixes, bird: { socket: control, folder, protocols } }
      : undefined;
    this.#bird.use(settings, () => this.#desk.dismissBird());
  }

  #look(): void {
    const { settings, unwell, isStarting, onChange, log } = this.#options;
    const before = this.#now;
    const isStopping = this.#state === 'stopping';
    const ordered = isStopping ? 'the server is being stopped' : this.#drain.text;
    const evidence = { unwell: unwell(), ordered, isStarting: isStarting() };
    this.#now = nextAnnouncement(before, evidence, settings().announce, performance.now());
    const { way, reason } = this.#now;
    if (way !== before.way) {
      if (before.way !== undefined) this.#changes += 1;
      log.warn({ way, reason, prefixes: this.#prefixes }, `Prefixes are ${way}: ${reason}`);
    }
    if (way !== before.way || (way !== 'announced' && reason !== before.reason))
      onChange(this.#now, this.#prefixes);
    this.#tell();
  }

  #tell(): void {
    const { prefixes, prependAs = 0, prependTimes } = this.#options.settings().announce;
    const { way } = this.#now;
    if (way === undefined) return;
    const order = { way, prefixes, prependAs, prependTimes };
    const text = JSON.stringify(order);
    if (text === this.#ordered) return;
    this.#ordered = text;
    this.#desk.order(order);
  }
}

/** A moment of `performance.now()` by the clock on the wall. */
function wallTime(moment: number): string {
  return new Date(Date.now() - (performance.now() - moment)).toISOString();
}
