/**
 * The rows of counters.ts, and what follows from a row: the value an answer process keeps, the value it
 * sends to control, and how values of several processes are added.
 */
import { Histogram, type HistogramData, mergeHistograms } from '../base/meter.ts';

export interface Row {
  /**
   * `sum` only grows, and keeps the counts of processes that have ended; `now` is a number of the present,
   * added up over the processes that run; `most` is shown for each process by itself; `least` is the least number
   * of all processes that have one, and 0 where none has; `histogram` is of seconds; `by reason` is a sum for each
   * reason.
   */
  readonly kind: 'sum' | 'now' | 'most' | 'least' | 'histogram' | 'by reason';
  readonly reasons?: readonly string[];
  /** The row's name for Prometheus. Rows that share a name differ in their labels; the first has the help. */
  readonly metric?: string;
  readonly help?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The row's name among the totals of the status. */
  readonly total?: string;
  /** The row's name in the status of each zone. */
  readonly status?: string;
}

export type Rows = Readonly<Record<string, Row>>;

/** The value of a row as it is sent. Reasons that did not occur are absent. */
type Value<R> = R extends { kind: 'histogram' }
  ? HistogramData
  : R extends { reasons: readonly (infer Reason extends string)[] }
    ? Readonly<Partial<Record<Reason, number>>>
    : number;

/** The value of a row while it is counted. */
type Held<R> = R extends { kind: 'histogram' }
  ? Histogram
  : R extends { reasons: readonly (infer Reason extends string)[] }
    ? Record<Reason, number>
    : number;

export type ValuesOf<T extends Rows> = { readonly [Name in keyof T]: Value<T[Name]> };
/** Counters as plain fields: counting adds to one of them. */
export type HeldOf<T extends Rows> = { -readonly [Name in keyof T]: Held<T[Name]> };

export type TotalNamesOf<T extends Rows> = Extract<T[keyof T], { total: string }>['total'];
/** The counters in the status of a zone, by their names there. */
export type StatusOf<T extends Rows> = {
  readonly [Name in keyof T as T[Name] extends { status: infer Status extends string }
    ? Status
    : never]: Value<T[Name]>;
};

type AnyValue = number | HistogramData | Readonly<Partial<Record<string, number>>>;

/** Counters at zero, to count in. */
export function heldOf<T extends Rows>(rows: T): HeldOf<T> {
  return fromRows(rows, (_, { kind, reasons = [] }) => {
    if (kind === 'histogram') return new Histogram();
    return kind === 'by reason' ? Object.fromEntries(reasons.map((reason) => [reason, 0])) : 0;
  }) as HeldOf<T>;
}

/** Values at zero, to add to. */
export function noneOf<T extends Rows>(rows: T): ValuesOf<T> {
  return fromRows(rows, (_, { kind }): AnyValue => {
    if (kind === 'histogram') return mergeHistograms([]);
    return kind === 'by reason' ? {} : 0;
  }) as ValuesOf<T>;
}

/** The values to send, from an object with a field for each row; it may have other fields. */
export function valuesOf<T extends Rows>(rows: T, counted: HeldOf<T> | ValuesOf<T>): ValuesOf<T> {
  return fromRows(rows, (name, { kind }) => {
    const value = counted[name as keyof T] as AnyValue | Histogram;
    if (value instanceof Histogram) return value.data();
    return kind === 'by reason' ? occurred(value as Record<string, number>) : value;
  }) as ValuesOf<T>;
}

/** The values of a process that has ended: numbers of the present become zero. */
export function pastOf<T extends Rows>(rows: T, values: ValuesOf<T>): ValuesOf<T> {
  return fromRows(rows, (name, { kind }) =>
    kind === 'now' || kind === 'most' || kind === 'least' ? 0 : values[name as keyof T],
  ) as ValuesOf<T>;
}

/** The sum of the values of two processes. */
export function sumOf<T extends Rows>(rows: T, one: ValuesOf<T>, other: ValuesOf<T>): ValuesOf<T> {
  return fromRows(rows, (name, { kind }) =>
    plus(kind, one[name as keyof T], other[name as keyof T]),
  ) as ValuesOf<T>;
}

/** Numbers by their name among the totals of the status; counts by reason are added up. */
export function namedForTotals<T extends Rows>(
  rows: T,
  values: ValuesOf<T>,
): Record<TotalNamesOf<T>, number> {
  const named = Object.entries<Row>(rows).flatMap(([name, { total }]) =>
    total === undefined ? [] : [[total, added(values[name as keyof T] as AnyValue)]],
  );
  return Object.fromEntries(named) as Record<TotalNamesOf<T>, number>;
}

/** Values by their name in the status of a zone. */
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
    case 'least':
      return Math.min(Number(one) || Number(other), Number(other) || Number(one));
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

/** Makes an object from rows. V8 gives it plain fields, as if it were written out, up to 128 of them. */
function fromRows(rows: Rows, make: (name: string, row: Row) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, make(name, row)]));
}
