/** Recorded traffic as today's policies steer it, and as they would with other pools down: which share moves where. */
import { acceptedOf } from '../registry/zone-version.ts';
import type { RecordedLine, RecordingHeader } from '../rpc/recorded-line.ts';
import type { Both } from './decide-both.ts';
import type { DecidedLine, LineDecider } from './line-decider.ts';
import { PoolLoads } from './pool-load.ts';
import type { RecordingVisitor } from './read-recording.ts';
import { BothDeciding, type Comparison } from './tallying.ts';
import type { PoolMove, WhatIfReport, ZoneShares } from './what-if-report.ts';

export class WhatIf extends BothDeciding {
  readonly #loads: Both<PoolLoads> = [new PoolLoads(), new PoolLoads()];
  readonly #zones = new Map<string, ZoneTraffic>();
  readonly #before: LineDecider;
  /** Queries that a line stands for. */
  #weight = 1;

  /** The second imagines other health than the first. */
  constructor(deciders: Both<LineDecider>, onProgress?: RecordingVisitor['progress']) {
    super(deciders, onProgress);
    [this.#before] = deciders;
  }

  override header(header: RecordingHeader | undefined, file: string): void {
    super.header(header, file);
    this.#weight = header === undefined ? 1 : 1 / header.sample;
  }

  protected begin(_: RecordedLine, at: number): Comparison {
    const weight = this.#weight;
    return { done: (was, would) => this.#hold(was, would, at, weight) };
  }

  get report(): WhatIfReport {
    const { lines, unreplayable, gone, assumed, problems } = this.tally.report;
    const zones = [...this.#zones].map(([zone, traffic]) => this.#shares(zone, traffic));
    const { headless } = this;
    return { lines, unreplayable, gone, assumed, problems, headless, zones: zones.sort(byQueries) };
  }

  #hold(was: DecidedLine, would: DecidedLine, at: number, weight: number): void {
    this.tally.noteAssumed(would.assumed);
    // What no policy decides goes where it went.
    if (was.zone === undefined || (was.host === undefined && would.host === undefined)) return;
    const traffic = this.#zones.get(was.zone) ?? new ZoneTraffic();
    this.#zones.set(was.zone, traffic);
    traffic.note(was, would);
    for (const [index, { zone, pool }] of [was, would].entries())
      if (pool !== undefined) this.#loads[index]?.note(`${zone}/${pool}`, at, weight);
  }

  #shares(zone: string, { queries, places, moves, nothing, lastResort }: ZoneTraffic): ZoneShares {
    const declared = acceptedOf(this.#before.zones.ready(zone)?.offline.policy)?.manifest.pools;
    const told = [...places].map(([place, [before, after]]) => {
      const capacity = declared?.get(place)?.capacity;
      const [was, would] = this.#loads.map((loads) => loads.peak(`${zone}/${place}`));
      const peak = { before: was ?? 0, after: would ?? 0 };
      return {
        place,
        isPool: declared?.has(place) === true,
        queries: { before, after },
        peak,
        ...(capacity !== undefined && { capacity, isOver: peak.after > capacity }),
      };
    });
    return {
      zone,
      queries,
      pools: told.sort((one, other) => other.queries.before - one.queries.before),
      moves: [...moves.values()].sort((one, other) => other.queries - one.queries),
      nothing,
      lastResort,
    };
  }
}

/** Places to which queries go that no pool answers are told apart only so far. */
const MOST_PLACES = 2048;

class ZoneTraffic {
  queries = 0;
  readonly nothing = { before: 0, after: 0 };
  readonly lastResort = { before: 0, after: 0 };
  readonly places = new Map<string, [before: number, after: number]>();
  readonly moves = new Map<string, { -readonly [K in keyof PoolMove]: PoolMove[K] }>();

  note(was: DecidedLine, would: DecidedLine): void {
    this.queries += 1;
    const [from, to] = [placeOf(was), placeOf(would)];
    this.#at(from)[0] += 1;
    this.#at(to)[1] += 1;
    if (was.answer.length === 0) this.nothing.before += 1;
    if (would.answer.length === 0) this.nothing.after += 1;
    if (was.isLastResort) this.lastResort.before += 1;
    if (would.isLastResort) this.lastResort.after += 1;
    if (from === to) return;
    const key = `${from}\n${to}`;
    const move = this.moves.get(key) ?? { from, to, queries: 0 };
    move.queries += 1;
    if (this.moves.size < MOST_PLACES) this.moves.set(key, move);
  }

  #at(place: string): [before: number, after: number] {
    const counts = this.places.get(place) ?? [0, 0];
    if (this.places.size < MOST_PLACES) this.places.set(place, counts);
    return counts;
  }
}

/** The pool, or what there is in place of one. */
function placeOf({ pool, answer, rcode, fallback }: DecidedLine): string {
  if (answer.length === 0) return rcode === 'NOERROR' ? 'nothing' : rcode;
  if (pool !== undefined) return pool;
  return fallback === undefined ? 'records' : 'fallback';
}

function byQueries(one: ZoneShares, other: ZoneShares): number {
  return other.queries - one.queries || (one.zone < other.zone ? -1 : 1);
}
