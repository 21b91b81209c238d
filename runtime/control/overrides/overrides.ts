/**
 * What operators have said of pools: held here, kept in the state folder, told to answer processes by zone, and ended
 * when its time has come. What an operator says is in force even where it cannot be written: a site that is on fire has
 * to go, whatever the disk does. This file is long because all of that goes by the one list.
 */
import type { ShownOverride } from '../../admin/overrides/override-ask.ts';
import { Keeping } from '../../base/files/keeping.ts';
import type { Logger } from '../../base/log.ts';
import {
  changesAt,
  isOver,
  type OperatorOverride,
  overrideKey,
  shareLeft,
} from '../../health/overrides/operator-override.ts';
import { isSaidOf, resolveOverrides, type Said } from '../../health/overrides/resolve.ts';
import { readTargetPattern, type TargetPattern } from '../../health/overrides/target-pattern.ts';
import type { PoolOverride, ZoneOverrides } from '../../health/overrides/zone-overrides.ts';
import { systemClock, type TimerClock } from '../../health/timer-clock.ts';
import { OverrideFile } from './override-file.ts';
import { type AddressesOf, type NamedPools, ZonePools } from './zone-pools.ts';

export interface OverridesOptions {
  readonly file: string;
  readonly log: Logger;
  /** Tells answer processes. */
  readonly send: (zones: readonly ZoneOverrides[]) => void;
  readonly onEvent?: (event: OverrideEvent) => void;
  /** What aliases lead to; default: nowhere. */
  readonly addressesOf?: AddressesOf;
  readonly clock?: TimerClock;
}

export interface OverrideEvent {
  readonly what: 'began' | 'ended' | 'expired';
  readonly override: ShownOverride;
}

/** Expiries are by the clock that operators see, which may be set. */
export const WALL_CLOCK: TimerClock = { ...systemClock, now: () => Date.now() };
/** Milliseconds after which the clock is looked at again at the latest, as it may be set. */
const MOST_WAIT_MS = 30_000;

export class Overrides {
  readonly #log: Logger;
  readonly #send: OverridesOptions['send'];
  readonly #onEvent: NonNullable<OverridesOptions['onEvent']>;
  readonly #clock: TimerClock;
  readonly #file: OverrideFile;
  readonly #keeping: Keeping;
  readonly pools: ZonePools;
  /** By key, in the order in which they were said. */
  #said = new Map<string, Said>();
  #windows: readonly Said[] = [];
  /** What answer processes know, by zone. */
  readonly #sent = new Map<string, readonly PoolOverride[]>();
  #problems: readonly string[] = [];
  #writing: Promise<boolean> = Promise.resolve(true);
  #cancelTimer: () => void = () => {};
  #state: 'starting' | 'open' | 'closed' = 'starting';

  constructor({
    file,
    log,
    send,
    onEvent = () => {},
    addressesOf = () => [],
    clock = WALL_CLOCK,
  }: OverridesOptions) {
    this.pools = new ZonePools(addressesOf);
    this.#log = log;
    this.#send = send;
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#file = new OverrideFile(file);
    this.#keeping = new Keeping({
      what: 'overrides',
      place: { file },
      loss: 'Overrides are in force and cannot be kept: they are lost at the next start',
      log,
      again: () => this.#file.write(this.#list()),
    });
  }

  /** Reads what was said before, as it is now in the file. */
  async load(): Promise<void> {
    const { overrides, problems } = await this.#file.read();
    for (const problem of problems)
      this.#log.error({ code: 'OVERRIDE_STATE' }, `An override is not known, and not in force: ${problem}`);
    this.#problems = problems.map(
      (problem) =>
        `An override is not in force, as it cannot be read: ${problem}. Say it again (OVERRIDE_STATE)`,
    );
    this.#said = new Map(overrides.flatMap((one) => keyed(one)));
    this.#look();
  }

  /**
   * From now on operators may change them: no other server does, and it is known which zones there are. `mayDiffer`:
   * another server has been in charge of them since they were loaded.
   */
  async open(mayDiffer = false): Promise<void> {
    if (this.#state === 'closed') return;
    await this.#writing;
    if (mayDiffer) await this.load();
    this.#state = 'open';
  }

  /** Another server is in charge of them. */
  close(): void {
    this.#state = 'closed';
    this.#cancelTimer();
  }

  async stop(): Promise<void> {
    this.close();
    await this.#writing;
    this.#keeping.stop();
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#clock.now();
  }

  /** Why nothing can be changed now, if that is so. */
  get whyNotNow(): string | undefined {
    if (this.#state === 'open') return undefined;
    return this.#state === 'starting'
      ? 'The server is starting, and does not know all zones yet: ask again in a moment'
      : 'Another server has taken the place of this one: ask again in a moment';
  }

  get warnings(): readonly string[] {
    const idle = [...this.#said.values()].filter(({ pattern }) => this.poolsNamedBy(pattern) === 0);
    const names = idle.map(({ override }) => override.target).join(', ');
    const unused = `Overrides of targets that are not there (any more): ${names}`;
    return [...this.#problems, ...(idle.length > 0 && this.#state === 'open' ? [unused] : [])];
  }

  /** What operators have said, without windows of maintenance. */
  get said(): readonly Said[] {
    return [...this.#said.values()];
  }

  get windows(): readonly Said[] {
    return this.#windows;
  }

  /** All that is said, as operators see it. */
  shown(): ShownOverride[] {
    return [...this.#said.values(), ...this.#windows].map((said) => this.show(said));
  }

  /** What is said of a pool, or of an address in it. */
  shownOf(zone: string, pool: string): ShownOverride[] {
    const shape = this.pools.of(zone).find(({ name }) => name === pool);
    if (shape === undefined) return [];
    const all = [...this.#said.values(), ...this.#windows];
    return all.filter((said) => isSaidOf(said, zone, shape)).map((said) => this.show(said));
  }

  /** What all of it comes to for a pool; `undefined` if nothing was said of it. */
  inForce(zone: string, pool: string): PoolOverride | undefined {
    return this.#sent.get(zone)?.find((one) => one.pool === pool);
  }

  /** The next version of a zone has these pools; `undefined`: it is served no more. Called before it is published. */
  setZone(zone: string, pools: NamedPools | undefined): void {
    this.pools.set(zone, pools);
    this.#tell([zone]);
  }

  /** Aliases lead elsewhere: what is said of single addresses holds for them as long as they are among those. */
  aliasesChanged(): void {
    this.#tell(this.pools.zones);
  }

  /** These windows of maintenance are open. */
  setWindows(windows: readonly Said[]): void {
    const before = new Set(this.#windows.map(windowKey));
    const after = new Set(windows.map(windowKey));
    const closed = this.#windows.filter((said) => !after.has(windowKey(said)));
    this.#windows = windows;
    for (const said of closed) this.#note('ended', said, 'Maintenance is over');
    for (const said of windows)
      if (!before.has(windowKey(said))) this.#note('began', said, 'Maintenance has begun');
    this.#look();
  }

  /** How many pools a pattern is of. */
  poolsNamedBy(pattern: TargetPattern): number {
    let count = 0;
    for (const zone of this.pools.zones)
      if (pattern.zone.matches(zone))
        count += this.pools.of(zone).filter((pool) => isSaidOf({ pattern }, zone, pool)).length;
    return count;
  }

  /** Puts overrides in force, in place of those of the same key, and ends others. Resolves with whether that is kept. */
  async change(put: readonly Said[], end: readonly Said[]): Promise<boolean> {
    for (const said of end) {
      this.#said.delete(overrideKey(said.override));
      this.#note('ended', said, 'An override has ended');
    }
    for (const said of put) {
      this.#said.set(overrideKey(said.override), said);
      this.#note('began', said, 'An operator overrides the health of targets');
    }
    this.#look();
    return await this.#keep();
  }

  show(said: Said): ShownOverride {
    const { kind, target, owner, reason, since, expires, ramp } = said.override;
    return {
      target,
      kind,
      owner,
      ...(reason !== undefined && { reason }),
      since: new Date(since).toISOString(),
      ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
      ...(kind === 'drain' && { share: shareLeft(said.override, this.#clock.now()) }),
      ...(ramp && { leaves: ramp.to, until: new Date(ramp.ends).toISOString() }),
      ...(said.window !== undefined && { window: said.window }),
      pools: this.poolsNamedBy(said.pattern),
    };
  }

  /** Ends what is over, tells what is other, and looks again when the next of it changes. */
  #look(): void {
    this.#cancelTimer();
    const now = this.#clock.now();
    const over = [...this.#said.values()].filter(({ override }) => isOver(override, now));
    for (const said of over) {
      this.#said.delete(overrideKey(said.override));
      this.#note('expired', said, 'An override is over');
    }
    if (over.length > 0) void this.#keep();
    this.#tell(this.pools.zones);
    const all = [...this.#said.values(), ...this.#windows];
    const next = Math.min(...all.map(({ override }) => changesAt(override, now)));
    if (next === Number.POSITIVE_INFINITY || this.#state === 'closed') return;
    const wait = Math.min(MOST_WAIT_MS, Math.max(1, next - now));
    this.#cancelTimer = this.#clock.after(wait, () => this.#look());
  }

  #tell(zones: Iterable<string>): void {
    const all = [...this.#said.values(), ...this.#windows];
    if (all.length === 0 && this.#sent.size === 0) return;
    const changed: ZoneOverrides[] = [];
    for (const zone of zones) {
      const pools = resolveOverrides(zone, this.pools.of(zone), all, this.#clock.now());
      if (JSON.stringify(pools) === JSON.stringify(this.#sent.get(zone) ?? [])) continue;
      if (pools.length > 0) this.#sent.set(zone, pools);
      else this.#sent.delete(zone);
      changed.push({ zone, pools });
    }
    if (changed.length > 0) this.#send(changed);
  }

  #note(what: OverrideEvent['what'], said: Said, message: string): void {
    const override = this.show(said);
    this.#log.info({ ...override }, message);
    this.#onEvent({ what, override });
  }

  #list(): OperatorOverride[] {
    return [...this.#said.values()].map(({ override }) => override);
  }

  #keep(): Promise<boolean> {
    this.#writing = this.#writing.then(() => this.#keeping.attempt(() => this.#file.write(this.#list())));
    return this.#writing;
  }
}

function windowKey({ window, override: { target, since, kind } }: Said): string {
  return `${kind} ${since} ${target} ${window}`;
}

/** By its key; the file has been checked. */
function keyed(override: OperatorOverride): [string, Said][] {
  const pattern = readTargetPattern(override.target);
  return pattern.ok ? [[overrideKey(override), { override, pattern: pattern.value }]] : [];
}
