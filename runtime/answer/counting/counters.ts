/**
 * What this process counts, in flat arrays: counting a query is adding one to a number. Counts run
 * from the start of the process and never go down, so a zone that is dropped keeps its own.
 */
import { type Count, CountTable } from '../../base/count-table.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';
import { type HeldOf, heldOf, valuesOf } from '../../rpc/counter-rows.ts';
import { PROCESS_COUNTERS, ZONE_COUNTERS } from '../../rpc/counters.ts';
import type { ZoneCounts } from '../../rpc/process-counts.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { typesWhich, typeToText } from '../../wire/iana/rrtype.ts';
import type { Transport } from '../../wire/transport.ts';

/** Types with a count of their own; the rest share `other`, or clients could make up series. */
const TYPES: readonly number[] = [...typesWhich(({ isCounted }) => isCounted)];
const OTHER_TYPE = TYPES.length;
/** By type, up to the highest of them. */
const ROW_OF_TYPE = Uint8Array.from({ length: Math.max(...TYPES) + 1 }, (_, type) =>
  TYPES.includes(type) ? TYPES.indexOf(type) : OTHER_TYPE,
);
const RCODES: readonly number[] = [
  RCODE.NOERROR,
  RCODE.FORMERR,
  RCODE.SERVFAIL,
  RCODE.NXDOMAIN,
  RCODE.NOTIMP,
  RCODE.REFUSED,
  RCODE.YXDOMAIN,
  RCODE.NOTAUTH,
  RCODE.BADVERS,
  RCODE.BADCOOKIE,
];
const TRANSPORTS: readonly Transport[] = ['udp', 'tcp', 'tls', 'https'];
const COUNTS_PER_TYPE = RCODES.length * TRANSPORTS.length;
/** Zones that were dropped keep their counts, until there are more of them. */
const MOST_DROPPED = 1024;
/** The row of queries for no zone of ours, or for none that could be read. */
const ELSEWHERE = 0;

export class Counters {
  readonly #zones = new Map<string, ZoneCounters>();
  /** By row, the zone it is for. */
  readonly #rows: string[] = [''];
  /** Zones that are not served any more, the longest first. */
  readonly #dropped = new Set<string>();
  /** A column for each type, response code and transport, a row for each zone. */
  readonly #queries = new CountTable();
  /** Decisions taken from memory: one column, a row for each zone. */
  readonly #memoHits = new CountTable();
  readonly steps = heldOf(PROCESS_COUNTERS.steps);
  readonly cookies = heldOf(PROCESS_COUNTERS.cookies);
  /** Runs on their way, now. */
  running = 0;

  /** The counters of a zone, whatever its version. */
  zone(id: string): ZoneCounters {
    this.#dropped.delete(id);
    let counters = this.#zones.get(id);
    if (counters === undefined) {
      const row = this.#rowOfDropped() ?? this.#rows.length;
      counters = new ZoneCounters(row, this.#memoHits);
      this.#rows[row] = id;
      this.#zones.set(id, counters);
    }
    return counters;
  }

  /** The zone is served no more. Its counts stay, and are at last added to those of queries for no zone of ours. */
  drop(id: string): void {
    if (!this.#zones.has(id)) return;
    this.#dropped.delete(id);
    this.#dropped.add(id);
  }

  /** Zones come and go, and the number of those that ever were has no bound: the longest dropped gives up its row. */
  #rowOfDropped(): number | undefined {
    if (this.#dropped.size < MOST_DROPPED) return undefined;
    const [id = ''] = this.#dropped;
    const row = this.#zones.get(id)?.row;
    this.#dropped.delete(id);
    this.#zones.delete(id);
    if (row === undefined) return undefined;
    this.#queries.move(row, ELSEWHERE);
    this.#memoHits.move(row, ELSEWHERE);
    return row;
  }

  /** Counts a query; without a zone, for none of ours. */
  countQuery(zone: ZoneCounters | undefined, type: number, rcode: number, transport: Transport): void {
    this.countQueryAt(zone?.row ?? ELSEWHERE, type, rcode, transport);
  }

  /** Counts a query by the row of its zone. */
  countQueryAt(row: number, type: number, rcode: number, transport: Transport): void {
    const kind = ROW_OF_TYPE[type] ?? OTHER_TYPE;
    const column = TRANSPORTS.length * RCODES.indexOf(rcode) + TRANSPORTS.indexOf(transport);
    this.#queries.add(kind * COUNTS_PER_TYPE + column, row, 1);
  }

  /** Counts decisions of a zone that were taken from memory. */
  countMemoHits(row: number, hits: number): void {
    this.steps.memoHits += hits;
    this.#memoHits.add(0, row, hits);
  }

  /** Every count of queries that is not 0. */
  queries(): AnswerStats['queries'] {
    return [...this.queriesInParts()].flat();
  }

  /** The same in parts, each of which is soon sent: strangers choose how many counts there are. */
  *queriesInParts(): Generator<AnswerStats['queries']> {
    for (const counts of this.#queries.slices()) yield this.#named(counts);
  }

  #named(counts: readonly Count[]): AnswerStats['queries'] {
    return counts.map(({ column, row, count }) => {
      const type = TYPES[Math.floor(column / COUNTS_PER_TYPE)];
      const rest = column % COUNTS_PER_TYPE;
      return {
        zone: this.#rows[row] ?? '',
        type: type === undefined ? 'other' : typeToText(type),
        rcode: rcodeToText(RCODES[Math.floor(rest / TRANSPORTS.length)] ?? 0),
        transport: TRANSPORTS[rest % TRANSPORTS.length] ?? 'udp',
        count,
      };
    });
  }
}

export class ZoneCounters {
  /** Of the zone, in the tables of {@link Counters}. */
  readonly row: number;
  /** Made once there is something to count: most of many thousand zones have no policy. */
  #counts: OwnCounts | undefined;
  readonly #memoHits: CountTable;

  constructor(row: number, memoHits: CountTable) {
    this.row = row;
    this.#memoHits = memoHits;
  }

  get counts(): OwnCounts {
    this.#counts ??= heldOf(ZONE_COUNTERS);
    return this.#counts;
  }

  /** Everything that was counted, as it is now. */
  get all(): ZoneCounts {
    const memoHits = this.#memoHits.count(0, this.row);
    return valuesOf(ZONE_COUNTERS, { ...(this.#counts ?? NOTHING), memoHits });
  }
}

/** Decisions from memory are counted by row: a remembered reply knows no more of its zone. */
type OwnCounts = Omit<HeldOf<typeof ZONE_COUNTERS>, 'memoHits'>;

const NOTHING: Readonly<OwnCounts> = heldOf(ZONE_COUNTERS);
