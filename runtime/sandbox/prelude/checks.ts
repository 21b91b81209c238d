/**
 * Turns health checks as authors write them into data. It refuses keys that no check has, and values that JSON cannot
 * carry; the host judges which of the rest make a check.
 */
import { keyPath } from '../../base/key-path.ts';
import type { CheckData } from '../../rpc/plan.ts';
import { describe } from './describe.ts';
import { isArray } from './primordials.ts';
import { PolicyError, unknownKey } from './problem.ts';
import { numberFrom } from './records.ts';

type Form = 'flag' | 'string' | 'number' | 'strings' | 'statuses' | 'mapping' | 'check' | 'checks';

/** Keys of a health check, with the form of each in JSON. */
const CHECK_KEYS: Readonly<Record<keyof CheckData, Form>> = {
  type: 'string',
  url: 'string',
  path: 'string',
  port: 'number',
  host: 'string',
  address: 'string',
  status: 'statuses',
  method: 'string',
  headers: 'mapping',
  send: 'string',
  expect: 'strings',
  load: 'mapping',
  daysLeft: 'number',
  name: 'string',
  record: 'string',
  rcode: 'strings',
  transport: 'string',
  expires: 'number',
  command: 'string',
  service: 'string',
  tls: 'flag',
  interval: 'number',
  timeout: 'number',
  rise: 'number',
  fall: 'number',
  all: 'checks',
  any: 'checks',
  atLeast: 'number',
  of: 'checks',
  not: 'check',
};

/** Checks inside of checks; the host takes fewer. */
const MOST_DEPTH = 16;

const WORDS: Readonly<Record<Form, string>> = {
  flag: 'true or false',
  string: 'a string',
  number: 'a number',
  strings: 'a string or an array of strings',
  statuses: 'an array of numbers and ranges',
  mapping: 'an object of strings',
  check: 'a check',
  checks: 'an array of checks',
};

export function checkFrom(value: unknown, path: string, depth = 0): CheckData {
  if (depth > MOST_DEPTH) throw new PolicyError(`${path}: Stands inside of too many checks`);
  const known = Object.keys(CHECK_KEYS);
  if (!isMapping(value)) throw new PolicyError(`${path}: Must be an object, not ${describe(value)}`);
  const check = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    if (!known.includes(key)) throw new PolicyError(unknownKey(path, key, known));
    return field === undefined
      ? []
      : [[key, fieldFrom(CHECK_KEYS[key as keyof CheckData], field, keyPath(path, key), depth)]];
  });
  return Object.fromEntries(check);
}

function fieldFrom(form: Form, value: unknown, path: string, depth: number): unknown {
  if (form === 'check') return checkFrom(value, path, depth + 1);
  if (form === 'checks' && isArray(value))
    return value.map((one: unknown, at) => checkFrom(one, keyPath(path, at), depth + 1));
  if (form === 'number') return numberFrom(value, path);
  if (form === 'flag' && typeof value === 'boolean') return value;
  const isText = (form === 'string' || form === 'strings') && typeof value === 'string';
  if (isText) return value;
  if (form === 'strings' && isArray(value))
    return value.map((one: unknown, at) => stringFrom(one, keyPath(path, at)));
  if (form === 'statuses' && isArray(value))
    return value.map((one: unknown, at) =>
      typeof one === 'string' ? one : numberFrom(one, keyPath(path, at)),
    );
  if (form === 'mapping' && isMapping(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, stringFrom(one, keyPath(path, key))]),
    );
  throw new PolicyError(`${path}: Must be ${WORDS[form]}, not ${describe(value)}`);
}

function stringFrom(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new PolicyError(`${path}: Must be a string, not ${describe(value)}`);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isArray(value);
}
