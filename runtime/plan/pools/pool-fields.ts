/** Reads what a policy says of a pool beside its records and its check. */
import type { DataReader, Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import type { Pool, RecordSet } from '../plan.ts';
import { readUpWhen } from './up-when.ts';

const MOST_CAPACITY = 1e12;

/** `isChecked`: a check says of some records whether they are up. */
export function readPoolFields(
  { at, whenDown = 'all', upWhen, capacity }: Fields,
  path: string,
  sets: readonly RecordSet[],
  isChecked: boolean,
  reader: DataReader,
): Pick<Pool, 'at' | 'whenDown' | 'upWhen' | 'capacity'> {
  if (whenDown !== 'all' && whenDown !== 'empty')
    reader.refuse(keyPath(path, 'whenDown'), 'Must be "all" or "empty"');
  if (upWhen !== undefined && !isChecked)
    reader.refuse(keyPath(path, 'upWhen'), 'Needs a check: without one the pool is always up');
  return {
    // One fault is one: a pool whose place is wrong does not lack it.
    at: at === undefined ? undefined : (readPlaceOf(at, keyPath(path, 'at'), reader) ?? [0, 0]),
    whenDown: whenDown === 'empty' ? 'empty' : 'all',
    upWhen: upWhen === undefined ? undefined : readUpWhen(upWhen, keyPath(path, 'upWhen'), sets, reader),
    ...readCapacity(capacity, keyPath(path, 'capacity'), reader),
  };
}

function readPlaceOf(
  value: unknown,
  path: string,
  reader: DataReader,
): readonly [latitude: number, longitude: number] | undefined {
  if (!Array.isArray(value) || value.length !== 2)
    return reader.refuse(path, 'Must be [latitude, longitude]');
  const latitude = reader.number(value[0], keyPath(path, 0), -90, 90);
  const longitude = reader.number(value[1], keyPath(path, 1), -180, 180);
  return latitude === undefined || longitude === undefined ? undefined : [latitude, longitude];
}

function readCapacity(value: unknown, path: string, reader: DataReader): Pick<Pool, 'capacity'> {
  if (value === undefined) return {};
  if (typeof value === 'number' && value > 0 && value <= MOST_CAPACITY) return { capacity: value };
  reader.refuse(path, `Must be queries a second: a number above 0, at most ${MOST_CAPACITY}`);
  return {};
}
