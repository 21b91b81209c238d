/** The statuses that a check takes for success: numbers and ranges, as `[200, '300-399']`. */
import { type DataReader, isWhole } from '../../base/data-reader.ts';

/** From one status to another, both included. */
export type StatusRange = readonly [from: number, to: number];

const LEAST = 100;
const MOST = 599;
const USUAL: readonly StatusRange[] = [[200, 399]];
const RANGE = /^([1-5]\d\d)-([1-5]\d\d)$/;

/** Reads them, in order and joined; `undefined` if there are none to read. */
export function readStatuses(
  value: unknown,
  path: string,
  reader: DataReader,
): readonly StatusRange[] | undefined {
  if (value === undefined) return undefined;
  const ranges = Array.isArray(value) ? value.map(rangeOf) : [];
  if (ranges.length > 0 && ranges.length <= MOST && ranges.every((range) => range !== undefined))
    return joined(ranges);
  return reader.refuse(
    path,
    `Must be an array of numbers from ${LEAST} to ${MOST}, and of ranges such as "200-299"`,
  );
}

/** `200,300-399`; `ok` where nothing is said. */
export function statusesText(ranges: readonly StatusRange[] | undefined): string {
  return ranges?.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join() ?? 'ok';
}

/** What is wrong with a status; `undefined` if nothing is. */
export function statusProblem(status: number, wanted: readonly StatusRange[] = USUAL): string | undefined {
  return wanted.some(([from, to]) => status >= from && status <= to) ? undefined : `Status ${status}`;
}

function rangeOf(value: unknown): StatusRange | undefined {
  if (isWhole(value, LEAST, MOST)) return [value, value];
  const [, first, last] = (typeof value === 'string' && RANGE.exec(value)) || [];
  const [from, to] = [Number(first), Number(last)];
  return from <= to ? [from, to] : undefined;
}

function joined(ranges: readonly StatusRange[]): StatusRange[] {
  const all: StatusRange[] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = all.at(-1);
    if (last === undefined || from > last[1]) all.push([from, to]);
    else all[all.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return all;
}
