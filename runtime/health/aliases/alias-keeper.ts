/**
 * The targets of the aliases of all zones that are served: each is asked for as long as a zone names it, a few questions at a
 * time, and whatever changes is told, all of one moment together.
 */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { nameFromText } from '../../wire/name.ts';
import type { TimerClock } from '../timer-clock.ts';
import { type AliasFamily, type AliasNews, nothingKnown, sameFamily } from './alias-news.ts';
import type { TargetAnswer, TargetQuestion } from './ask-target.ts';
import { type AliasTimes, type KeptFamily, TargetFamily } from './target-family.ts';

export interface AliasKeeperOptions {
  readonly clock: TimerClock;
  readonly times: () => AliasTimes;
  /** How many targets there may be. */
  readonly most: () => number;
  readonly ask: (question: TargetQuestion, signal: AbortSignal) => Promise<TargetAnswer>;
  readonly send: (news: readonly AliasNews[]) => void;
  /** A family that was fresh cannot be had anew, or can be again. */
  readonly onProblem?: (target: string, family: AliasFamily, problem: string | undefined) => void;
}

/** What the status shows of a target. Milliseconds since 1970. */
export interface AliasReport {
  readonly target: string;
  readonly zones: readonly string[];
  readonly A: FamilyReport;
  readonly AAAA: FamilyReport;
}

export interface FamilyReport {
  /** `null` where nothing is known. */
  readonly addresses: readonly string[] | null;
  readonly since?: number;
  readonly isStale: boolean;
  readonly problem?: string;
  /** Attempts in a row that failed; absent: the last one did not. */
  readonly failures?: number;
}

interface Watched {
  readonly target: string;
  readonly families: Readonly<Record<AliasFamily, TargetFamily>>;
  readonly zones: Set<string>;
  /** Which questions are on their way, or wait for their turn. */
  readonly asking: Set<AliasFamily>;
  told: AliasNews;
  /** What answer processes know. */
  sent: AliasNews | undefined;
  cancel: () => void;
}

/** Questions on their way. */
const AT_ONCE = 16;
/** Milliseconds for which changes wait for others: each makes all answer processes forget the replies they have kept. */
const GATHER_MS = 100;
const FAMILIES = ['A', 'AAAA'] as const;

export class AliasKeeper {
  readonly #options: AliasKeeperOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #zones = new Map<string, readonly string[]>();
  readonly #inherited = new Map<string, Partial<Record<AliasFamily, KeptFamily>>>();
  readonly #waiting: (readonly [Watched, AliasFamily])[] = [];
  readonly #stop = new AbortController();
  readonly #news = new Map<string, AliasNews>();
  #settled: (() => void)[] = [];
  #countOut = 0;
  #cancelNews: (() => void) | undefined;
  /** Targets that are not asked for, as there are too many. */
  readonly beyond = new Set<string>();

  constructor(options: AliasKeeperOptions) {
    this.#options = options;
  }

  /** What an earlier server knew, by target. */
  inherit(target: string, family: AliasFamily, kept: KeptFamily): void {
    this.#inherited.set(target, { ...this.#inherited.get(target), [family]: kept });
  }

  /** The targets that a zone has from now on. */
  declare(zone: string, targets: readonly string[]): void {
    const before = this.#zones.get(zone) ?? [];
    if (targets.length > 0) this.#zones.set(zone, targets);
    else this.#zones.delete(zone);
    for (const target of targets) this.#watch(target)?.zones.add(zone);
    for (const target of before) if (!targets.includes(target)) this.#leave(target, zone);
  }

  /** Resolves once each target of these zones has an answer, or none could be had; what is known then is told. */
  async settle(zones: readonly string[]): Promise<void> {
    const isSettled = (): boolean =>
      zones.every((zone) =>
        (this.#zones.get(zone) ?? []).every((target) => {
          const families = this.#watched.get(target)?.families;
          return families === undefined || FAMILIES.every((family) => families[family].isSettled);
        }),
      );
    while (!isSettled() && !this.#stop.signal.aborted)
      await new Promise<void>((resolve) => this.#settled.push(resolve));
    this.flush();
  }

  /** Tells what waits. */
  flush(): void {
    this.#cancelNews?.();
    this.#cancelNews = undefined;
    const news = [...this.#news.values()].filter((one) => this.#isNew(one));
    this.#news.clear();
    if (news.length > 0) this.#options.send(news);
  }

  /** What is known, for the next start. */
  *kept(): Generator<readonly [target: string, family: AliasFamily, KeptFamily]> {
    for (const { target, families } of this.#watched.values())
      for (const family of FAMILIES) {
        const { known } = families[family];
        if (known !== undefined) yield [target, family, known];
      }
    // Zones that are yet to be loaded may name them.
    const oldest = this.#options.clock.now() - 1000 * this.#options.times().stale;
    for (const [target, families] of this.#inherited)
      for (const family of FAMILIES) {
        const kept = families[family];
        if (kept !== undefined && kept.until > oldest) yield [target, family, kept];
      }
  }

  /** The addresses of a target as they were told last, or are about to be. */
  addressesOf(target: string): readonly string[] {
    const { A, AAAA } = this.#watched.get(target)?.told ?? nothingKnown(target);
    return [...(A.addresses ?? []), ...(AAAA.addresses ?? [])];
  }

  report(): AliasReport[] {
    return Array.from(this.#watched.values(), ({ target, zones, families }) => ({
      target,
      zones: [...zones].sort(),
      A: this.#reportOf(families.A),
      AAAA: this.#reportOf(families.AAAA),
    }));
  }

  /** The settings are others: what is known may hold for another time, and others may know more. */
  settingsChanged(): void {
    for (const one of this.#watched.values()) this.#look(one);
  }

  stop(): void {
    this.#stop.abort();
    for (const { cancel } of this.#watched.values()) cancel();
    this.#cancelNews?.();
    this.#wake();
  }

  #watch(target: string): Watched | undefined {
    const known = this.#watched.get(target);
    if (known !== undefined) return known;
    if (this.#watched.size >= this.#options.most()) {
      this.beyond.add(target);
      return undefined;
    }
    const kept = this.#inherited.get(target);
    const one: Watched = {
      target,
      families: { A: new TargetFamily(kept?.A), AAAA: new TargetFamily(kept?.AAAA) },
      zones: new Set(),
      asking: new Set(),
      told: nothingKnown(target),
      sent: undefined,
      cancel: () => {},
    };
    this.#inherited.delete(target);
    this.#watched.set(target, one);
    this.#look(one);
    return one;
  }

  #leave(target: string, zone: string): void {
    const one = this.#watched.get(target);
    one?.zones.delete(zone);
    if (one === undefined) this.beyond.delete(target);
    if (one === undefined || one.zones.size > 0) return;
    one.cancel();
    this.#watched.delete(target);
    this.#tell({ ...nothingKnown(target), isGone: true });
    this.#wake();
  }

  /** Asks what is due, tells what is new, and looks again when something changes. */
  #look(one: Watched): void {
    if (this.#watched.get(one.target) !== one || this.#stop.signal.aborted) return;
    one.cancel();
    const now = this.#options.clock.now();
    const times = this.#options.times();
    let next = Number.POSITIVE_INFINITY;
    for (const family of FAMILIES) {
      const of = one.families[family];
      next = Math.min(next, of.changesAt(now, times));
      if (one.asking.has(family)) continue;
      if (of.askAt <= now) this.#wait(one, family);
      else next = Math.min(next, of.askAt);
    }
    const [A, AAAA] = [one.families.A.newsAt(now, times), one.families.AAAA.newsAt(now, times)];
    if (!sameFamily(A, one.told.A) || !sameFamily(AAAA, one.told.AAAA)) {
      one.told = { target: one.target, A, AAAA };
      this.#tell(one.told);
    }
    one.cancel =
      next === Number.POSITIVE_INFINITY
        ? () => {}
        : this.#options.clock.after(Math.ceil(Math.max(1, next - now)), () => this.#look(one));
  }

  #wait(one: Watched, family: AliasFamily): void {
    one.asking.add(family);
    this.#waiting.push([one, family]);
    this.#askNext();
  }

  #askNext(): void {
    while (this.#countOut < AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#countOut += 1;
      void this.#ask(...next);
    }
  }

  async #ask(one: Watched, family: AliasFamily): Promise<void> {
    const { ask, clock, times } = this.#options;
    const name = nameFromText(`${one.target}.`);
    const type = family === 'A' ? RRTYPE.A : RRTYPE.AAAA;
    const answer: TargetAnswer = name.ok
      ? await ask({ name: name.value, type }, this.#stop.signal)
      : { kind: 'failed', why: name.problem };
    this.#countOut -= 1;
    one.asking.delete(family);
    const of = one.families[family];
    const { problem } = of;
    of.take(answer, clock.now(), times());
    if ((problem === undefined) !== (of.problem === undefined))
      this.#options.onProblem?.(one.target, family, of.problem);
    this.#look(one);
    this.#wake();
    this.#askNext();
  }

  #tell(news: AliasNews): void {
    this.#news.set(news.target, news);
    this.#cancelNews ??= this.#options.clock.after(GATHER_MS, () => this.flush());
  }

  /** What has changed and is as before again is no news. */
  #isNew(news: AliasNews): boolean {
    const one = this.#watched.get(news.target);
    const before = one?.sent;
    if (one !== undefined) one.sent = news;
    if (news.isGone === true || before === undefined) return true;
    return !sameFamily(news.A, before.A) || !sameFamily(news.AAAA, before.AAAA);
  }

  #wake(): void {
    const settled = this.#settled;
    this.#settled = [];
    for (const wake of settled) wake();
  }

  #reportOf(family: TargetFamily): FamilyReport {
    const { addresses, isStale } = family.newsAt(this.#options.clock.now(), this.#options.times());
    const { problem, known, failures } = family;
    return {
      addresses,
      isStale,
      ...(addresses !== null && known && { since: known.since }),
      ...(problem !== undefined && { problem, failures }),
    };
  }
}
