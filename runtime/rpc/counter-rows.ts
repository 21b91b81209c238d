/**
 * What a row of counters.ts may say, and what follows from it: the value an answer process keeps, the value it sends to
 * control, and how values of several processes are added.
 */
import { Histogram, type HistogramData, mergeHistograms } from '../base/meter.ts';

export interface Row {
  /**
   * `sum` only grows, and what ended processes had counted stays in it; `now` is a number of the present, added up over
   * the processes there are; `most` is shown for each process by itself; `histogram` is of seconds; `by reason` is a sum
   * for each of some reasons.
   */
  readonly kind: 'sum' | 'now' | 'most' | 'histogram' | 'by reason';
  readonly reasons?: readonly string[];
  /** Its name for Prometheus. Rows that share a name differ in their labels; the first of them has the help. */
  readonly metric?: string;
  readonly help?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Its name among the totals of the status. */
  readonly total?: string;
  /** Its name in what the status says of each zone. */
  readonly status?: string;
}

export type Rows = Readonly<Record<string, Row>>;

/** What is sent of a row. Reasons that did not occur are absent. */
type Value<R> = R extends { kind: 'histogram' }
  ? HistogramData
  : R extends { reasons: readonly (infer Reason extends string)[] }
    ? Readonly<Partial<Record<Reason, number>>>
    : number;

/** What is kept of a row while it is counted. */
type Held<R> = R extends { kind: 'histogram' }
  ? Histogram
  : R extends { reasons: readonly (infer Reason extends string)[] }
    ? Record<Reason, number>
    : number;

export type ValuesOf<T extends Rows> = { readonly [Name in keyof T]: Value<T[Name]> };
/** Plain fields: counting is adding to one of them. */
export type HeldOf<T extends Rows> = { -readonly [Name in keyof T]: Held<T[Name]> };

export type TotalNamesOf<T extends Rows> = Extract<T[keyof T], { total: string }>['total'];
/** What the status says of each zone, by the names that rows give it. */
export type StatusOf<T extends Rows> = {
  readonly [Name in keyof T as T[Name] extends { status: infer Status extends string }
    ? Status
    : never]: Value<T[Name]>;
};

type AnyValue = number | HistogramData | Readonly<Partial<Record<string, number>>>;

/** Nothing counted yet, to be counted in. */
export function heldOf<T extends Rows>(rows: T): HeldOf<T> {
  return fromRows(rows, (_, { kind, reasons = [] }) => {
    if (kind === 'histogram') return new Histogram();
    return kind === 'by reason' ? Object.fromEntries(reasons.map((reason) => [reason, 0])) : 0;
  }) as HeldOf<T>;
}

/** Nothing counted yet, to be added to. */
export function noneOf<T extends Rows>(rows: T): ValuesOf<T> {
  return fromRows(rows, (_, { kind }): AnyValue => {
    if (kind === 'histogram') return mergeHistograms([]);
    return kind === 'by reason' ? {} : 0;
  }) as ValuesOf<T>;
}

/** What was counted, to be sent: from an object that has a field for each row, whatever else it has. */
export function valuesOf<T extends Rows>(rows: T, counted: HeldOf<T> | ValuesOf<T>): ValuesOf<T> {
  return fromRows(rows, (name, { kind }) => {
    const value = counted[name as keyof T] as AnyValue | Histogram;
    if (value instanceof Histogram) return value.data();
    return kind === 'by reason' ? occurred(value as Record<string, number>) : value;
  }) as ValuesOf<T>;
}

/** The same without what is of the present: the process that counted it is gone. */
export function pastOf<T extends Rows>(rows: T, values: ValuesOf<T>): ValuesOf<T> {
  return fromRows(rows, (name, { kind }) =>
    kind === 'now' || kind === 'most' ? 0 : values[name as keyof T],
  ) as ValuesOf<T>;
}

/** What two counted together. */
export function sumOf<T extends Rows>(rows: T, one: ValuesOf<T>, other: ValuesOf<T>): ValuesOf<T> {
  return fromRows(rows, (name, { kind }) =>
    plus(kind, one[name as keyof T], other[name as keyof T]),
  ) as ValuesOf<T>;
}

/** Numbers by their name among the totals of the status; what is counted by reason is added up. */
export function namedForTotals<T extends Rows>(
  rows: T,
  values: ValuesOf<T>,
): Record<TotalNamesOf<T>, number> {
  const named = Object.entries<Row>(rows).flatMap(([name, { total }]) =>
    total === undefined ? [] : [[total, added(values[name as keyof T] as AnyValue)]],
  );
  return Object.fromEntries(named) as Record<TotalNamesOf<T>, number>;
}

/** Values by their name in what the status says of a zone. */
export function namedForStatus<T extends Rows>(rows: T, values: ValuesOf<T>): StatusOf<T> {
  const named = Object.entries<Row>(rows).flatMap(([name, { status }]) =>
    status === undefined ? [] : [[status, values[name as keyof T]]],
  );
  return Object.fromEntries(named) as StatusOf<T>;
}

function added(value: AnyValue): number {
  if (typeof value === 'number') return value;
  return Object.values(value).reduce<number>((sum, count) => sum + Number(count), 0);
}

function plus(kind: Row['kind'], one: AnyValue, other: AnyValue): AnyValue {
  switch (kind) {
    case 'sum':
    case 'now':
      return Number(one) + Number(other);
    case 'most':
      return Math.max(Number(one), Number(other));
    case 'histogram':
      return mergeHistograms([one as HistogramData, other as HistogramData]);
    case 'by reason':
      return addedReasons(one as Record<string, number>, other as Record<string, number>);
    default:
      return kind satisfies never;
  }
}

function addedReasons(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums = { ...one };
  for (const [reason, count] of Object.entries(other)) sums[reason] = (sums[reason] ?? 0) + count;
  return sums;
}

function occurred(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** An object made from entries has plain fields, as one that is written out (up to 128 of them in V8). */
function fromRows(rows: Rows, make: (name: string, row: Row) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, make(name, row)]));
}
