/**
 * Reads what to probe for a pool: its `check`, with defaults filled in, as one target for the whole pool or
 * one for each address. The kind of a check reads all of its fields but the timing.
 */
import type { DataReader, Fields } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import { addressToText } from '../base/net/ip.ts';
import { CHECK_KINDS, findCheckKind } from '../health/check-kinds.ts';
import type { CheckKind, ProbeTiming } from '../health/kinds/kind.ts';
import type { CheckTiming, Target } from '../health/target.ts';
import { targetOf } from '../health/target-id.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { RecordSet } from './plan.ts';

const MAX_INTERVAL = 3600;
const MAX_RESULTS = 100;
/** The fields of all kinds of checks. */
const ALL_FIELDS = new Set(CHECK_KINDS.flatMap(({ fields }) => fields));

/** Finds the target for a value of a set; `undefined` if no check covers it. */
export type TargetOf = (type: number, rdata: Uint8Array) => Target | undefined;

/** Reads a check, and returns what it probes; `undefined` if there is a problem. */
export function readCheck(
  value: unknown,
  path: string,
  sets: readonly RecordSet[],
  reader: DataReader,
  defaults: CheckTiming,
): TargetOf | undefined {
  const check = reader.fields(value, path);
  const timing = readTiming(check, path, reader, defaults);
  const kind = findCheckKind(check.type);
  if (kind === undefined) {
    const types = CHECK_KINDS.map(({ type }) => `"${type}"`);
    return reader.refuse(keyPath(path, 'type'), `Must be ${listed(types, 'or')}`);
  }
  refuseForeignFields(check, kind, path, reader);
  const aims = kind.read(check, path, reader);
  if (aims === undefined) return undefined;
  if (aims.kind === 'one') {
    const target = targetOf(aims.aim, timing);
    return (type) => (isAddressType(type) || type === RRTYPE.CNAME ? target : undefined);
  }
  if (!sets.some(({ type }) => isAddressType(type))) {
    return reader.refuse(path, 'Needs addresses (A, AAAA) to check, or a "url"');
  }
  return (type, bytes) =>
    isAddressType(type)
      ? targetOf(aims.at(addressToText({ family: type === RRTYPE.A ? 4 : 6, bytes })), timing)
      : undefined;
}

function readTiming(check: Fields, path: string, reader: DataReader, defaults: CheckTiming): ProbeTiming {
  const interval =
    reader.number(check.interval, keyPath(path, 'interval'), 1, MAX_INTERVAL) ?? defaults.interval;
  const timeout =
    reader.number(check.timeout, keyPath(path, 'timeout'), 0.1, interval) ??
    Math.min(defaults.timeout, interval / 2);
  return {
    intervalMs: Math.round(interval * 1000),
    timeoutMs: Math.round(timeout * 1000),
    rise: reader.whole(check.rise, keyPath(path, 'rise'), 1, MAX_RESULTS) ?? defaults.rise,
    fall: reader.whole(check.fall, keyPath(path, 'fall'), 1, MAX_RESULTS) ?? defaults.fall,
  };
}

/** Refuses fields that belong to other kinds of checks. */
function refuseForeignFields(check: Fields, { fields }: CheckKind, path: string, reader: DataReader): void {
  for (const field of ALL_FIELDS) {
    if (check[field] === undefined || fields.includes(field)) continue;
    const owners = CHECK_KINDS.filter((kind) => kind.fields.includes(field)).map(({ type }) => type);
    reader.refuse(keyPath(path, field), `Belongs to ${listed(owners, 'and')} checks`);
  }
}

function listed(texts: readonly string[], conjunction: 'and' | 'or'): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

function isAddressType(type: number): boolean {
  return type === RRTYPE.A || type === RRTYPE.AAAA;
}
