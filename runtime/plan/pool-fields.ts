/** What a pool says beside its records and its check: its place, its capacity, and what is answered while it is down. */
import { type DataReader, type Fields, isFields } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import type { Pool, WhenDown } from './plan.ts';

const MOST_CAPACITY = 1e12;

/** Latitude and longitude; one fault is one: a pool whose place is wrong does not lack it. */
export function readPoolPlace(value: unknown, path: string, reader: DataReader): Pool['at'] {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length !== 2) {
    reader.refuse(path, 'Must be [latitude, longitude]');
    return NULL_ISLAND;
  }
  const latitude = reader.number(value[0], keyPath(path, 0), -90, 90);
  const longitude = reader.number(value[1], keyPath(path, 1), -180, 180);
  return latitude === undefined || longitude === undefined ? NULL_ISLAND : [latitude, longitude];
}

const NULL_ISLAND = [0, 0] as const;

export function readCapacity(value: unknown, path: string, reader: DataReader): Pick<Pool, 'capacity'> {
  if (value === undefined) return {};
  if (typeof value === 'number' && value > 0 && value <= MOST_CAPACITY) return { capacity: value };
  reader.refuse(path, `Must be queries a second: a number above 0, at most ${MOST_CAPACITY}`);
  return {};
}

/** A word, or the data of a plan, which can be read once all pools are known; `undefined` if it is neither. */
export function readWhenDown(
  value: unknown,
  path: string,
  reader: DataReader,
): Extract<WhenDown, string> | Fields | undefined {
  if (value === undefined) return 'all';
  if (value === 'all' || value === 'empty' || value === 'servfail' || isFields(value)) return value;
  return reader.refuse(path, 'Must be "all", "empty", "servfail" or a plan');
}
