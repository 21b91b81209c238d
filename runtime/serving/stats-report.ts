/** Sends control what an answer process has counted: in parts, between which queries pass. */
import { type SigningCounts, statsOf, type TransportCounts, zoneStatsOf } from '../answer/counting/stats.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import { foreignWork } from '../base/loop/foreign-work.ts';
import { Slices } from '../base/loop/slices.ts';
import type { Steps } from '../base/loop/steps.ts';
import type { SignAhead } from '../dnssec/signing/sign-ahead.ts';
import type { LaneStats, SandboxLanes } from '../runner/lanes/lanes.ts';
import type { Answering } from './answering.ts';
import type { ControlLine } from './control-line.ts';

const COUNTS = foreignWork({
  name: 'counts for control',
  cause: 'stranger',
  kind: 'sliced',
  milliseconds: 1,
  octets: 160_000,
});

export interface StatsParts {
  readonly answering: Answering;
  /** Every zone that is served. */
  readonly publisher: { readonly zones: Iterable<ServedZone> };
  readonly sandbox: Pick<SandboxLanes, 'stats'>;
  readonly transport: TransportCounts;
  readonly ahead: Pick<SignAhead, 'waiting'>;
  readonly control: ControlLine;
}

export class StatsReport {
  readonly #parts: StatsParts;
  readonly #slices = new Slices(COUNTS);

  constructor(parts: StatsParts) {
    this.#parts = parts;
  }

  /** Replies to the request of control with this id: counts of zones first, in parts, and the rest last. */
  async tell(id: number): Promise<void> {
    const { answering, transport, control } = this.#parts;
    const sandbox = this.#parts.sandbox.stats();
    await this.#slices.run('control', this.#tellZones(id, sandbox));
    const { parts, memory, limited, recorder } = answering;
    const signing = this.#signing();
    const stats = statsOf(
      parts.counters,
      memory,
      sandbox,
      transport,
      limited,
      signing,
      recorder.outbox.counts,
    );
    control.tell({ t: 'stats', id, stats });
  }

  #signing(): SigningCounts {
    const { answering, ahead } = this.#parts;
    const { budget, memory } = answering.signing;
    const { made, putOff } = budget;
    const { found, evictions, octets } = memory;
    return { made, found, putOff, evictions, octets, waiting: ahead.waiting };
  }

  *#tellZones(id: number, sandbox: LaneStats): Steps<void> {
    const { answering, publisher, control } = this.#parts;
    for (const part of zoneStatsOf(answering.parts.counters, publisher.zones, sandbox)) {
      control.tell({ t: 'stats-part', id, part });
      yield;
    }
  }
}
