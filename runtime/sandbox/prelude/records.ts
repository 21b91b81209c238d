/**
 * Turns records as authors write them into data: one key for each type, with its values in an array. The
 * host judges the values.
 */

import { keyPath } from '../../base/key-path.ts';
import type { RecordsData, ValuesData } from '../../rpc/plan.ts';
import { describe } from './describe.ts';
import { apply, isArray, isFiniteNumber, keys, test } from './primordials.ts';
import { PolicyError, unknownKey } from './problem.ts';

/** The types that types/policy.d.ts names. A policy writes other types by number. */
export const RECORD_TYPES = [
  'A',
  'AAAA',
  'AFSDB',
  'APL',
  'CAA',
  'CDNSKEY',
  'CDS',
  'CERT',
  'CNAME',
  'CSYNC',
  'DNAME',
  'DNSKEY',
  'DS',
  'EUI48',
  'EUI64',
  'HINFO',
  'HTTPS',
  'LOC',
  'MX',
  'NAPTR',
  'NS',
  'OPENPGPKEY',
  'PTR',
  'RP',
  'SMIMEA',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
  'URI',
  'ZONEMD',
] as const;

const IS_TYPE = new Set<string>(RECORD_TYPES);
const UNKNOWN_TYPE = /^TYPE\d{1,5}$/;
const NO_KEYS: readonly string[] = [];

export interface RecordsAndTtl {
  readonly records: RecordsData;
  readonly ttl?: number;
}

/** Reads the types and `ttl` of an object; skips `otherKeys`, which the caller reads. */
export function recordsFrom(
  value: object,
  path: string,
  otherKeys: readonly string[] = NO_KEYS,
): RecordsAndTtl {
  const records: Record<string, ValuesData> = {};
  let ttl: number | undefined;
  const names = keys(value);
  for (let at = 0; at < names.length; at++) {
    const key = names[at] as string;
    const found: unknown = (value as Record<string, unknown>)[key];
    if (found === undefined) continue;
    if (key === 'ttl') ttl = numberFrom(found, keyPath(path, key));
    else if (isRecordType(key)) records[key] = valuesFrom(key, found, path);
    else if (!otherKeys.includes(key)) {
      throw new PolicyError(unknownKey(path, key, [...RECORD_TYPES, 'ttl', ...otherKeys]));
    }
  }
  return ttl === undefined ? { records } : { records, ttl };
}

/** Reads a number that JSON can carry. */
export function numberFrom(value: unknown, path: string): number {
  if (isFiniteNumber(value)) return value as number;
  throw new PolicyError(`${path}: Must be a number, not ${describe(value)}`);
}

function isRecordType(key: string): boolean {
  return IS_TYPE.has(key) || apply(test, UNKNOWN_TYPE, [key]);
}

function valuesFrom(type: string, value: unknown, path: string): ValuesData {
  if (typeof value === 'string') return [value];
  if (!isArray(value)) throw new PolicyError(wrongValue(keyPath(path, type), value));
  const values: (string | readonly string[])[] = [];
  for (let at = 0; at < value.length; at++) {
    const one: unknown = value[at];
    if (typeof one === 'string') values[at] = one;
    else if (type === 'TXT' && isArray(one)) values[at] = stringsFrom(one, keyPath(path, type), at);
    else throw new PolicyError(wrongValue(keyPath(keyPath(path, type), at), one));
  }
  return values;
}

function stringsFrom(value: readonly unknown[], path: string, at: number): string[] {
  return value.map((one, inner) => {
    if (typeof one === 'string') return one;
    throw new PolicyError(wrongValue(keyPath(keyPath(path, at), inner), one));
  });
}

function wrongValue(path: string, value: unknown): string {
  return `${path}: Must be a string or an array of strings, not ${describe(value)}`;
}
