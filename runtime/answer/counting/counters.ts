/**
 * What this process counts, in flat arrays: counting a query is adding one to a number. Counts run
 * from the start of the process and never go down, so a zone that is dropped keeps its own.
 */
import { type Count, CountTable } from '../../base/count-table.ts';
import { Histogram } from '../../base/meter.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';
import type { FallbackReason, Unremembered } from '../../rpc/fallback.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import type { Transport } from '../../wire/transport.ts';

/** Types with a count of their own; the rest share `other`, or clients could make up series. */
const TYPES: readonly number[] = [
  RRTYPE.A,
  RRTYPE.AAAA,
  RRTYPE.NS,
  RRTYPE.SOA,
  RRTYPE.MX,
  RRTYPE.TXT,
  RRTYPE.CNAME,
  RRTYPE.PTR,
  RRTYPE.SRV,
  RRTYPE.CAA,
  RRTYPE.HTTPS,
  RRTYPE.SVCB,
  RRTYPE.DS,
  RRTYPE.DNSKEY,
  RRTYPE.ANY,
];
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
const REASONS: readonly FallbackReason[] = [
  'throw',
  'budget',
  'deadline',
  'memory',
  'invalid',
  'sandbox',
  'breaker',
  'quarantined',
];
const UNREMEMBERED: readonly Unremembered[] = [
  'client.ip',
  'time.unix',
  'random',
  'date',
  'unknown',
  'size',
  'off',
];
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
  readonly decisionSeconds = new Histogram();
  readonly runSeconds = new Histogram();
  memoHits = 0;
  memoMisses = 0;
  /** Queries that waited for a decision another had asked for. */
  memoJoins = 0;
  /** Remembered decisions that were made again, to see whether they are the same. */
  memoRechecks = 0;
  /** Responses taken as they were made before. */
  packetHits = 0;
  /** Runs on their way, now. */
  running = 0;
  /** Packets that are no queries, and get no answer. */
  ignored = 0;
  /** Queries that were answered, by the cookie they had: the client's part alone, one that is none of ours, one of ours. */
  readonly cookies = { client: 0, invalid: 0, valid: 0 };

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

  /** Whoever may add zones could otherwise have us count for ever more of them. */
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

  /** The same, by the row of the zone. */
  countQueryAt(row: number, type: number, rcode: number, transport: Transport): void {
    const kind = ROW_OF_TYPE[type] ?? OTHER_TYPE;
    const column = TRANSPORTS.length * RCODES.indexOf(rcode) + TRANSPORTS.indexOf(transport);
    this.#queries.add(kind * COUNTS_PER_TYPE + column, row, 1);
  }

  /** Counts decisions of a zone that were taken from memory. */
  countMemoHits(row: number, hits: number): void {
    this.memoHits += hits;
    this.#memoHits.add(0, row, hits);
  }

  /** Every count of queries that is not 0. */
  queries(): AnswerStats['queries'] {
    return [...this.queriesInParts()].flat();
  }

  /** The same in parts that are soon told: strangers choose how many there are. */
  *queriesInParts(): Generator<AnswerStats['queries']> {
    for (const counts of this.#queries.slices()) yield this.#told(counts);
  }

  #told(counts: readonly Count[]): AnswerStats['queries'] {
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
  readonly #memoHits: CountTable;
  readonly #fallbacks = new Float64Array(REASONS.length);
  readonly #unremembered = new Float64Array(UNREMEMBERED.length);
  runs = 0;
  /** How often a version turned out to be no function of what it reads. */
  contradictions = 0;

  constructor(row: number, memoHits: CountTable) {
    this.row = row;
    this.#memoHits = memoHits;
  }

  get memoHits(): number {
    return this.#memoHits.count(0, this.row);
  }

  countFallback(reason: FallbackReason): void {
    const index = REASONS.indexOf(reason);
    this.#fallbacks[index] = (this.#fallbacks[index] ?? 0) + 1;
  }

  countUnremembered(reason: Unremembered): void {
    const index = UNREMEMBERED.indexOf(reason);
    this.#unremembered[index] = (this.#unremembered[index] ?? 0) + 1;
  }

  get fallbacks(): Readonly<Partial<Record<FallbackReason, number>>> {
    return countsOf(REASONS, this.#fallbacks);
  }

  get unremembered(): Readonly<Partial<Record<Unremembered, number>>> {
    return countsOf(UNREMEMBERED, this.#unremembered);
  }
}

/** Those that are not 0, by name. */
function countsOf<T extends string>(names: readonly T[], counts: Float64Array): Partial<Record<T, number>> {
  const counted = names.map((name, index) => [name, counts[index] ?? 0] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0)) as Partial<Record<T, number>>;
}
