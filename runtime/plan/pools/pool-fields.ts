/** What a pool says beside its records and its check: its place, its capacity, when it is down, and what is answered then. */
import { type DataReader, type Fields, isFields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { type HealthSubject, probedTargets } from '../../health/combination.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_TTL } from '../../wire/ttl.ts';
import type { Nearing, Pool, RecordSet, WhenDown } from '../plan.ts';
import { readUpWhen } from './up-when.ts';

const MOST_CAPACITY = 1e12;

export function checkPoolName(name: string, path: string, reader: DataReader): void {
  if (POOL_NAME.test(name)) return;
  reader.refuse(path, 'A pool is named with letters, digits, "-", "_" and ".", 63 at most');
}

/** The names after the colon are those of pools that `alias()` stands for: the target, and the TTL that the call states. */
const POOL_NAME = /^(?:[A-Za-z0-9][\w.-]{0,62}|alias:[\w.-]{1,253}(?::\d{1,10})?)$/;

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

/** How much of it has to be up; `isChecked`: a check says of some records whether they are. */
export function readThreshold(
  value: unknown,
  path: string,
  sets: readonly RecordSet[],
  isChecked: boolean,
  reader: DataReader,
): Pool['upWhen'] {
  if (value === undefined) return undefined;
  if (!isChecked) return reader.refuse(path, 'Needs a check: without one the pool is always up');
  return readUpWhen(value, path, sets, reader);
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

/** What the pool says of its TTL, or else the policy. */
export interface LeastTtls {
  readonly own: unknown;
  readonly ofPolicy: number | undefined;
  /** Seconds for which the answers of the pool live. */
  readonly ttl: number;
}

/** How the TTL of its answers falls; `checked` is what one of its records follows. Of checks that count together any may be the next to change. */
export function readNearing(
  { own, ofPolicy, ttl }: LeastTtls,
  path: string,
  checked: HealthSubject | undefined,
  reader: DataReader,
): Nearing | undefined {
  const stated = reader.whole(own, path, 0, MAX_TTL);
  if (stated !== undefined && checked === undefined)
    return reader.refuse(path, 'Needs a "check": without one no change of health is ever near');
  if (stated !== undefined && stated >= ttl)
    return reader.refuse(path, `Must be less than the TTL that falls, which is ${ttl}`);
  const leastTtl = stated ?? ofPolicy;
  if (leastTtl === undefined || checked === undefined || leastTtl >= ttl) return undefined;
  const [first, ...others] = probedTargets(checked);
  if (first === undefined) return undefined;
  let { intervalMs, rise, fall } = first;
  for (const other of others) {
    intervalMs = Math.min(intervalMs, other.intervalMs);
    // The contrary of a check rises as that falls.
    rise = Math.min(rise, fall, other.rise, other.fall);
    fall = rise;
  }
  return { leastTtl, intervalS: intervalMs / 1000, rise, fall };
}

/** Types whose hints may be those of the pool's own addresses. */
const HINTED = { SVCB: RRTYPE.SVCB, HTTPS: RRTYPE.HTTPS } as const;
const AUTO = /(?:^|\s)(ipv[46]hint)=auto(?=\s|$)/g;

/** The records of a pool with its addresses for `ipv4hint=auto` and `ipv6hint=auto`, and the types where that was so. */
export function withOwnHints(records: unknown): {
  readonly records: unknown;
  readonly hinted: readonly number[];
} {
  if (!isFields(records)) return { records, hinted: [] };
  const hinted: number[] = [];
  const filled = { ...records };
  for (const [name, type] of Object.entries(HINTED)) {
    const values = records[name];
    if (!Array.isArray(values)) continue;
    const made = values.map((value: unknown) =>
      typeof value === 'string' ? hintsIn(value, records) : value,
    );
    if (made.every((value, index) => value === values[index])) continue;
    hinted.push(type);
    filled[name] = made;
  }
  return hinted.length === 0 ? { records, hinted } : { records: filled, hinted };
}

/** Without the hints of a family that the pool does not have. */
function hintsIn(value: string, records: Fields): string {
  return value.replace(AUTO, (_, hint: string) => {
    const own = records[hint === 'ipv4hint' ? 'A' : 'AAAA'];
    return Array.isArray(own) && own.length > 0 ? ` ${hint}=${own.join(',')}` : '';
  });
}
