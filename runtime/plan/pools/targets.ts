/**
 * Reads what to probe for a pool: a single check, with defaults filled in, as one target for the whole pool or
 * one for each address. The kind of a check reads all of its fields but the timing.
 */
import type { DataReader, Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { addressToText } from '../../base/net/ip.ts';
import { suggest } from '../../base/suggest.ts';
import { CHECK_KINDS, findCheckKind } from '../../health/check-kinds.ts';
import { type HealthSubject, isCombination } from '../../health/combination.ts';
import type { CheckKind, ProbeTiming } from '../../health/kinds/kind.ts';
import type { CheckDefaults, Target } from '../../health/target.ts';
import { targetOf } from '../../health/target-id.ts';
import { isAddressType, RRTYPE } from '../../wire/iana/rrtype.ts';
import { canonicalName, nameToText } from '../../wire/name.ts';
import { compactSet, UNCHECKED } from '../encoded-set.ts';
import type { RecordSet } from '../plan.ts';
import { URL_TYPE } from './pool-url.ts';

const MAX_INTERVAL = 3600;
const MAX_RESULTS = 100;
/** The fields of all kinds of checks. */
const ALL_FIELDS = new Set(CHECK_KINDS.flatMap(({ fields }) => fields));

const COMMON_FIELDS = new Set(['type', 'interval', 'timeout', 'rise', 'fall']);
/** More are not looked at. */
const MOST_FIELDS = 32;

/** Finds what the state of a value of a set follows; `undefined` if no check covers it. */
export type CheckedOf = (type: number, rdata: Uint8Array) => HealthSubject | undefined;
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
    return (type) => (isAddressType(type) || type === RRTYPE.CNAME || type === URL_TYPE ? target : undefined);
  }
  if (sets.some(({ type }) => isAddressType(type)))
    return (type, bytes) =>
      isAddressType(type)
        ? targetOf(aims.at(addressToText({ family: type === RRTYPE.A ? 4 : 6, bytes })), timing)
        : undefined;
  // Services without addresses beside them: each is probed where clients would connect.
  if (sets.some(({ type }) => type === RRTYPE.SRV))
    return (type, rdata) => {
      const service = type === RRTYPE.SRV ? serviceIn(rdata) : undefined;
      if (service === undefined) return undefined;
      const aim = aims.at(service.host);
      return targetOf(kind.type === 'tcp' ? { ...aim, port: service.port } : aim, timing);
    };
  return reader.refuse(path, 'Needs addresses (A, AAAA) or services (SRV) to check, or a "url"');
}

/** RFC 2782: priority, weight, port, target. Of a service that is decidedly not available, which has the root for its target, none. */
function serviceIn(rdata: Uint8Array): { readonly host: string; readonly port: number } | undefined {
  const target = rdata.subarray(6);
  const port = (rdata[4] ?? 0) * 256 + (rdata[5] ?? 0);
  return target.length <= 1 || port === 0
    ? undefined
    : { host: nameToText(canonicalName(target)).slice(0, -1), port };
}

/** What the first record follows of those that a check covers. */
export function firstChecked(
  sets: readonly RecordSet[],
  checkedOf: CheckedOf | undefined,
): HealthSubject | undefined {
  for (const { type, rdatas } of sets)
    for (const rdata of rdatas) {
      const checked = checkedOf?.(type, rdata);
      if (checked !== undefined) return checked;
    }
  return undefined;
}

/** What the records of all pools follow, each once, and where the state of each is kept: by default its index among them. */
export class DeclaredTargets {
  readonly all: HealthSubject[] = [];
  /** By id, the index of a target. */
  readonly #indices = new Map<string, number>();
  readonly #slotOf: ((target: HealthSubject) => number) | undefined;

  constructor(slotOf: ((target: HealthSubject) => number) | undefined) {
    this.#slotOf = slotOf;
  }

  /**
   * A set with the slots of its values. Combinations never tell how near they are to a change, for that of a part need not be one
   * of theirs: their TTLs are as if the whole of it were still to come.
   */
  withSlots(set: RecordSet, targetOf: CheckedOf, tellsNear: boolean): RecordSet {
    const slots = set.rdatas.map((rdata) => {
      const target = targetOf(set.type, rdata);
      if (target === undefined) return UNCHECKED;
      return this.#slot(tellsNear && !isCombination(target) ? { ...target, tellsNear } : target);
    });
    return compactSet({ ...set, rdatas: set.rdatas, slots });
  }

  #slot(target: HealthSubject): number {
    const known = this.#indices.get(target.id);
    const slot = known ?? this.all.push(target) - 1;
    if (known === undefined) this.#indices.set(target.id, slot);
    else if (!isCombination(target) && target.tellsNear === true) this.all[slot] = target;
    return this.#slotOf?.(target) ?? slot;
  }
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
