/**
 * Reads what to probe for a pool: a single check, with defaults filled in, as one target for the whole pool or
 * one for each address. The kind of a check reads all of its fields but the timing.
 */
import type { DataReader, Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { addressToText } from '../../base/net/ip.ts';
import { suggest } from '../../base/suggest.ts';
import { CHECK_KINDS, findCheckKind } from '../../health/check-kinds.ts';
import type { CheckKind, ProbeTiming } from '../../health/kinds/kind.ts';
import type { CheckDefaults, Target } from '../../health/target.ts';
import { targetOf } from '../../health/target-id.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { RecordSet } from '../plan.ts';

const MAX_INTERVAL = 3600;
const MAX_RESULTS = 100;
/** The fields of all kinds of checks. */
const ALL_FIELDS = new Set(CHECK_KINDS.flatMap(({ fields }) => fields));

const COMMON_FIELDS = new Set(['type', 'interval', 'timeout', 'rise', 'fall']);
/** More are not looked at. */
const MOST_FIELDS = 32;

/** Finds the target for a value of a set; `undefined` if no check covers it. */
type TargetOf = (type: number, rdata: Uint8Array) => Target | undefined;

/** Reads a check, and returns what it probes; `undefined` if there is a problem. */
export function readSingleCheck(
  check: Fields,
  path: string,
  sets: readonly RecordSet[],
  reader: DataReader,
  defaults: CheckDefaults,
): TargetOf | undefined {
  const kind = findCheckKind(check.type);
  const timing =
    kind?.timing === undefined ? readTiming(check, path, reader, defaults) : kind.timing(check, path, reader);
  if (kind === undefined) {
    const types = CHECK_KINDS.map(({ type }) => `"${type}"`);
    return reader.refuse(keyPath(path, 'type'), `Must be ${listed(types, 'or')}`);
  }
  refuseForeignFields(check, kind, path, reader);
  const aims = kind.read(check, path, reader, defaults);
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

function readTiming(check: Fields, path: string, reader: DataReader, defaults: CheckDefaults): ProbeTiming {
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

/** Refuses fields that belong to other kinds of checks, or to none: nothing that is declared is without effect. */
function refuseForeignFields(check: Fields, kind: CheckKind, path: string, reader: DataReader): void {
  const { type, fields } = kind;
  for (const field of Object.keys(check).slice(0, MOST_FIELDS)) {
    if (check[field] === undefined || fields.includes(field) || field === 'type') continue;
    if (COMMON_FIELDS.has(field)) {
      if (kind.timing !== undefined) reader.refuse(keyPath(path, field), `Does not belong to ${type} checks`);
      continue;
    }
    if (!ALL_FIELDS.has(field)) {
      const meant = suggest(field.slice(0, 64), [...fields, ...COMMON_FIELDS]);
      reader.refuse(
        keyPath(path, field),
        `There is no such field${meant === undefined ? '' : `; "${meant}"?`}`,
      );
      continue;
    }
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
