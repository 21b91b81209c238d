/** Makes metrics of what answer processes and zones counted: each row of rpc/counters.ts names its metric. */
import type { HistogramData } from '../../base/meter.ts';
import type { Row, Rows } from '../../rpc/counter-rows.ts';
import { PROCESS_COUNTERS, ZONE_COUNTERS } from '../../rpc/counters.ts';
import type { ProcessCounts } from '../../rpc/process-counts.ts';
import type { Totals } from '../totals.ts';
import type { Exposition, Labels, Sample } from './exposition.ts';

/** What one answer process counted, and its labels. */
export interface CountedProcess {
  readonly labels: Labels;
  readonly counts: ProcessCounts;
}

export function counterMetrics(page: Exposition, totals: Totals, processes: readonly CountedProcess[]): void {
  const families = new Families();
  for (const [group, row, name] of rowsByGroup()) {
    const valueIn = (counts: ProcessCounts): unknown => fieldOf(counts[group], name);
    if (row.kind === 'most') {
      for (const { labels, counts } of processes) families.add(row, labels, valueIn(counts));
    } else families.add(row, row.labels ?? {}, valueIn(totals.counts));
  }
  for (const [name, row] of Object.entries<Row>(ZONE_COUNTERS)) {
    families.begin(row);
    for (const [zone, { counts }] of totals.zones) families.add(row, { zone }, fieldOf(counts, name));
  }
  families.write(page);
}

interface Family {
  readonly row: Row;
  readonly samples: Sample[];
  histogram?: HistogramData;
}

/** Metrics by name, each with the samples of all rows that share it. */
class Families {
  readonly #families = new Map<string, Family>();

  /** Puts a metric on the page, even if nothing has a sample of it. */
  begin(row: Row): Family | undefined {
    if (row.metric === undefined) return undefined;
    const known = this.#families.get(row.metric) ?? { row, samples: [] };
    this.#families.set(row.metric, known);
    return known;
  }

  add(row: Row, labels: Labels, value: unknown): void {
    const family = this.begin(row);
    if (family === undefined) return;
    // Nobody has a number.
    if (row.kind === 'least' && value === 0) return;
    if (row.kind === 'histogram') family.histogram = value as HistogramData;
    else if (row.kind !== 'by reason') family.samples.push([labels, Number(value)]);
    else {
      const counts = Object.entries(value as Record<string, number>);
      family.samples.push(...counts.map(([reason, count]): Sample => [{ ...labels, reason }, count]));
    }
  }

  write(page: Exposition): void {
    for (const [metric, { row, samples, histogram }] of this.#families) {
      const { kind, help = '' } = row;
      if (histogram !== undefined) page.histogram(metric, help, histogram);
      else if (kind === 'now' || kind === 'most' || kind === 'least') page.gauge(metric, help, samples);
      else page.counter(metric, help, samples);
    }
  }
}

function rowsByGroup(): [group: keyof ProcessCounts, row: Row, name: string][] {
  return Object.entries<Rows>(PROCESS_COUNTERS).flatMap(([group, rows]) =>
    Object.entries(rows).map(([name, row]): [keyof ProcessCounts, Row, string] => [
      group as keyof ProcessCounts,
      row,
      name,
    ]),
  );
}

function fieldOf(values: object, name: string): unknown {
  return (values as Readonly<Record<string, unknown>>)[name];
}
