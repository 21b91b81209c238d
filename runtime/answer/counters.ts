/**
 * What this process counts, in flat arrays: counting a query is adding one to a number. Counts run
 * from the start of the process and never go down, so a zone that is dropped keeps its own.
 */
import { Histogram } from '../base/meter.ts';
import type { AnswerStats, FallbackReason, Transport, Unremembered } from '../rpc/control-protocol.ts';
import { RCODE, rcodeToText } from '../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';

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

export class Counters {
  readonly #zones = new Map<string, ZoneCounters>();
  /** Queries for no zone of ours, or for none that could be read. */
  readonly elsewhere = new ZoneCounters();
  readonly decisionSeconds = new Histogram();
  readonly runSeconds = new Histogram();
  memoHits = 0;
  memoMisses = 0;
  /** Queries that waited for a decision another had asked for. */
  memoJoins = 0;
  /** Remembered decisions that were made again, to see whether they are the same. */
  memoRechecks = 0;
  /** Runs on their way, now. */
  running = 0;
  /** Packets that are no queries, and get no answer. */
  ignored = 0;
  /** Queries that were answered, by the cookie they had: the client's part alone, one that is none of ours, one of ours. */
  readonly cookies = { client: 0, invalid: 0, valid: 0 };

  /** The counters of a zone, whatever its version. */
  zone(id: string): ZoneCounters {
    let counters = this.#zones.get(id);
    if (counters === undefined) {
      counters = new ZoneCounters();
      this.#zones.set(id, counters);
    }
    return counters;
  }

  /** Every count of queries that is not 0. */
  queries(): AnswerStats['queries'] {
    const zones = [['', this.elsewhere] as const, ...this.#zones];
    return zones.flatMap(([zone, counters]) => counters.queries().map((row) => ({ zone, ...row })));
  }
}

export class ZoneCounters {
  readonly #queries = new Float64Array((TYPES.length + 1) * COUNTS_PER_TYPE);
  readonly #fallbacks = new Float64Array(REASONS.length);
  readonly #unremembered = new Float64Array(UNREMEMBERED.length);
  runs = 0;
  memoHits = 0;
  /** How often a version turned out to be no function of what it reads. */
  contradictions = 0;

  countQuery(type: number, rcode: number, transport: Transport): void {
    const row = ROW_OF_TYPE[type] ?? OTHER_TYPE;
    const column = TRANSPORTS.length * RCODES.indexOf(rcode) + TRANSPORTS.indexOf(transport);
    const index = row * COUNTS_PER_TYPE + column;
    this.#queries[index] = (this.#queries[index] ?? 0) + 1;
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

  queries(): Omit<AnswerStats['queries'][number], 'zone'>[] {
    const rows: Omit<AnswerStats['queries'][number], 'zone'>[] = [];
    // Nearly all are 0, and there are thousands of zones to look at while nobody is answered.
    for (let index = 0; index < this.#queries.length; index += 1) {
      const count = this.#queries[index] ?? 0;
      if (count === 0) continue;
      const type = TYPES[Math.floor(index / COUNTS_PER_TYPE)];
      const rest = index % COUNTS_PER_TYPE;
      rows.push({
        type: type === undefined ? 'other' : typeToText(type),
        rcode: rcodeToText(RCODES[Math.floor(rest / TRANSPORTS.length)] ?? 0),
        transport: TRANSPORTS[rest % TRANSPORTS.length] ?? 'udp',
        count,
      });
    }
    return rows;
  }
}

/** Those that are not 0, by name. */
function countsOf<T extends string>(names: readonly T[], counts: Float64Array): Partial<Record<T, number>> {
  const counted = names.map((name, index) => [name, counts[index] ?? 0] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0)) as Partial<Record<T, number>>;
}
