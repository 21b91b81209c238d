/**
 * Compiles records from data to RRsets in wire form. Names in values are absolute, `@` is the zone, and a TXT
 * value is raw text (types/policy.d.ts); all other values are in presentation format (RFC 1035 §5.1).
 */

import { isFields, MOST_PROBLEMS, problemAt } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import { WorkMeter } from '../base/loop/work-meter.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { OctetsIndex } from '../base/structures/octets-index.ts';
import type { TeamLimits } from '../limits/team-limits.ts';
import { encodeRRset } from '../wire/encoded-rrset.ts';
import { isDataType, RECORD_TYPE_ROWS, RRTYPE, typeFromText, typeToText } from '../wire/iana/rrtype.ts';
import { absoluteNameFromText, type WireName } from '../wire/name.ts';
import { canonicalRdata } from '../wire/rdata/embedded-names.ts';
import { rdataFromText } from '../wire/rdata/registry.ts';
import { txtRdata } from '../wire/rdata/txt.ts';
import { splitFields } from '../wire/text-field.ts';
import { MAX_RRSET_OCTETS, octetsInMessage } from '../zone/rrsets.ts';
import { compactSet, uncheckedSlots } from './encoded-set.ts';
import type { RecordSet } from './plan.ts';

/** Values one set of records may hold, all types together. */
const MAX_VALUES = 256;

/**
 * Units of the work of reading records: values, their characters as written, and octets of the records in an
 * answer. A type without values counts as one value.
 */
export type RecordUnit = 'values' | 'characters' | 'octets';

/** What records of one owner or pool may take: no clock bounds reading them, which takes a few ms at most. */
export const RECORDS_WORK = { values: 1024, characters: 16_384, octets: 262_144 };

/** What reading records depends on. */
export interface RecordsContext {
  readonly zone: WireName;
  /** The TTL of all the records, in seconds. */
  readonly ttl: number;
  /** Whether the records are part of a decision, or the same for everyone: only the latter can delegate. */
  readonly placement: 'answer' | 'static';
  /** The meter of the larger work that this is a part of. Default: a meter for these records alone. */
  readonly meter?: WorkMeter<RecordUnit>;
  /** What the team of the policy may use; default: all. */
  readonly limits?: TeamLimits | undefined;
}

/** Reads `{ A: ['192.0.2.10'], … }`. Each problem begins with the path of the part at fault. */
export function compileRecords(
  data: unknown,
  path: string,
  context: RecordsContext,
): Result<RecordSet[], string[]> {
  if (!isFields(data)) return fail([problemAt(path, 'Must be records by type')]);
  const { meter = new WorkMeter<RecordUnit>('one name', RECORDS_WORK) } = context;
  const sets: RecordSet[] = [];
  const problems: string[] = [];
  for (const [key, values] of Object.entries(data)) {
    const set = compileSet(key, values, context, meter);
    if (!set.ok) problems.push(problemAt(placeOf(path, key, set.problem.index), set.problem.message));
    else if (set.value.slots.length > 0) sets.push(set.value);
    // Records after an exceeded limit are not read.
    if (problems.length === MOST_PROBLEMS || meter.excess !== undefined) break;
  }
  const together = togetherProblem(sets);
  if (problems.length === 0 && together !== undefined) problems.push(problemAt(path, together));
  return problems.length === 0 ? ok(sets) : fail(problems);
}

/** Whether a CNAME is among the sets; then it is alone. */
export function holdsCname(sets: readonly RecordSet[]): boolean {
  return sets.some((set) => set.type === RRTYPE.CNAME);
}

/** A problem without its path, which only the caller makes: values are many, and problems few. */
interface SetProblem {
  readonly message: string;
  /** The index of the value at fault, if one is. */
  readonly index?: number;
}

function placeOf(path: string, key: string, index: number | undefined): string {
  const at = keyPath(path, key);
  return index === undefined ? at : keyPath(at, index);
}

function compileSet(
  key: string,
  values: unknown,
  { zone, ttl, placement, limits }: RecordsContext,
  meter: WorkMeter<RecordUnit>,
): Result<RecordSet, SetProblem> {
  const type = typeFromText(key);
  if (type === undefined) return fail({ message: 'Unknown type' });
  const refusal = typeProblem(type, placement) ?? limits?.typeProblem(type);
  if (refusal !== undefined) return fail({ message: refusal });
  if (!Array.isArray(values)) return fail({ message: 'Must be an array of values' });
  if (values.length > MAX_VALUES)
    return fail({ message: `Holds ${values.length} values; ${MAX_VALUES} are possible` });
  if (!meter.take('values', Math.max(1, values.length))) return tooMuch(meter);
  const rdatas = new DistinctRdatas(type);
  for (let index = 0; index < values.length; index++) {
    const rdata = rdataOf(key, values[index], { type, zone, meter });
    if (!rdata.ok) return fail({ message: rdata.problem, index });
    const beyond = limits?.rdataProblem(type, rdata.value);
    if (beyond !== undefined) return fail({ message: beyond, index });
    rdatas.add(rdata.value);
  }
  const unique = rdatas.values;
  const octets = octetsInMessage(unique);
  if (octets > MAX_RRSET_OCTETS) {
    return fail({ message: `Takes ${octets} octets; an answer has room for ${MAX_RRSET_OCTETS}` });
  }
  if (!meter.take('octets', octets)) return tooMuch(meter);
  const set = { type, ttl, rdatas: unique };
  return ok(compactSet({ ...set, slots: uncheckedSlots(unique.length), encoded: encodeRRset(set) }));
}

function tooMuch(meter: WorkMeter<RecordUnit>): Result<never, SetProblem> {
  return fail({ message: `Comes to ${meter.excess}` });
}

/** RFC 2181 §5: a set holds a value once. The last of equal values takes the place of the first. */
class DistinctRdatas {
  readonly values: Uint8Array[] = [];
  readonly #type: number;
  readonly #index = new OctetsIndex();

  constructor(type: number) {
    this.#type = type;
  }

  add(rdata: Uint8Array): void {
    this.values[this.#index.add(canonicalRdata(this.#type, rdata))] = rdata;
  }
}

/** Why no policy may have records of a type there, if it may not. */
export function typeProblem(type: number, placement: RecordsContext['placement']): string | undefined {
  if (!isDataType(type)) return `${typeToText(type)} is no type that records have`;
  const policies = RECORD_TYPE_ROWS.get(type)?.policies;
  if (policies === 'server') return `The server makes ${typeToText(type)} records itself`;
  if (policies === 'zone')
    return `The ${typeToText(type)} record comes from the zone file or the configuration`;
  if (placement === 'answer' && policies === 'static only') {
    return `${typeToText(type)} records are the same for everyone; put them in "records" or the zone file`;
  }
  return undefined;
}

function rdataOf(
  key: string,
  value: unknown,
  { type, zone, meter }: { type: number; zone: WireName; meter: WorkMeter<RecordUnit> },
): Result<Uint8Array> {
  if (key === 'TXT') return txtOf(value, meter);
  if (typeof value !== 'string') return fail('Must be a string');
  if (!meter.take('characters', weightOf(type, value))) return fail(`Comes to ${meter.excess}`);
  const fields = splitFields(value);
  if (!fields.ok) return fields;
  return rdataFromText(type, fields.value, (name) => absoluteNameFromText(name, zone));
}

/** How much a value counts: digits of keys and digests are read many at a time, so eight count as one. */
function weightOf(type: number, { length }: string): number {
  return RECORD_TYPE_ROWS.get(type)?.isDigits ? Math.ceil(length / 8) : length;
}

/** The RDATA of a TXT value. Characters cost hardly anything here, so the number of strings counts. */
function txtOf(value: unknown, meter: WorkMeter<RecordUnit>): Result<Uint8Array> {
  if (typeof value === 'string') return txtRdata([value]);
  if (!Array.isArray(value)) return fail('Must be a string');
  if (!meter.take('values', Math.max(0, value.length - 1))) return fail(`Comes to ${meter.excess}`);
  return value.every((one) => typeof one === 'string') ? txtRdata(value) : fail('Must be a string');
}

function togetherProblem(sets: readonly RecordSet[]): string | undefined {
  const values = sets.reduce((count, set) => count + set.slots.length, 0);
  if (values > MAX_VALUES) return `Holds ${values} values; ${MAX_VALUES} are possible`;
  if (new Set(sets.map((set) => set.type)).size < sets.length) return 'One type is given twice';
  // RFC 1034 §3.6.2: where a CNAME is, nothing else may be.
  if (holdsCname(sets) && values > 1) return 'A CNAME excludes all other records';
  return undefined;
}
