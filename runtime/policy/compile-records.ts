/**
 * Records as data → RRsets in wire form. Names in values are absolute, `@` is the zone, and TXT is
 * taken as it stands (types/policy.d.ts); all else is presentation format (RFC 1035 §5.1).
 */
import { keyPath } from '../base/key-path.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { encodeRRset } from '../wire/encoded-rrset.ts';
import { isDataType, RRTYPE, typeFromText, typeToText } from '../wire/iana/rrtype.ts';
import { absoluteNameFromText, type WireName } from '../wire/name.ts';
import { canonicalRdata } from '../wire/rdata/embedded-names.ts';
import { rdataFromText } from '../wire/rdata/registry.ts';
import { txtRdata } from '../wire/rdata/txt.ts';
import { splitFields } from '../wire/text-field.ts';
import { MAX_RRSET_OCTETS, octetsInMessage } from '../zone/rrsets.ts';
import { isFields, MOST_PROBLEMS, problemAt } from './data-reader.ts';
import type { RecordSet } from './plan.ts';

/** Values one set of records may hold, all types together. */
const MAX_VALUES = 256;

/** What records are read for. */
export interface RecordsContext {
  readonly zone: WireName;
  /** Seconds, for all of them. */
  readonly ttl: number;
  /** Part of an answer, or the same for everyone: only the latter can delegate. */
  readonly placement: 'answer' | 'static';
}

/** Reads `{ A: ['192.0.2.10'], … }`. Each problem is led by the path of what it is about. */
export function compileRecords(
  data: unknown,
  path: string,
  context: RecordsContext,
): Result<RecordSet[], string[]> {
  if (!isFields(data)) return fail([problemAt(path, 'Must be records by type')]);
  const sets: RecordSet[] = [];
  const problems: string[] = [];
  for (const [key, values] of Object.entries(data)) {
    const set = compileSet(key, values, keyPath(path, key), context);
    if (problems.length === MOST_PROBLEMS) break;
    if (!set.ok) problems.push(set.problem);
    else if (set.value.rdatas.length > 0) sets.push(set.value);
  }
  const together = togetherProblem(sets);
  if (problems.length === 0 && together !== undefined) problems.push(problemAt(path, together));
  return problems.length === 0 ? ok(sets) : fail(problems);
}

/** Whether a CNAME is among them; then it is alone. */
export function holdsCname(sets: readonly RecordSet[]): boolean {
  return sets.some((set) => set.type === RRTYPE.CNAME);
}

function compileSet(key: string, values: unknown, path: string, context: RecordsContext): Result<RecordSet> {
  const type = typeFromText(key);
  if (type === undefined) return fail(problemAt(path, 'Unknown type'));
  const refusal = typeProblem(type, context.placement);
  if (refusal !== undefined) return fail(problemAt(path, refusal));
  if (!Array.isArray(values)) return fail(problemAt(path, 'Must be an array of values'));
  if (values.length > MAX_VALUES)
    return fail(problemAt(path, `Holds ${values.length} values; ${MAX_VALUES} are possible`));
  // RFC 2181 §5: a set holds a value once.
  const rdatas = new Map<string, Uint8Array>();
  for (const [at, value] of values.entries()) {
    const rdata = rdataOf(key, type, value, context.zone);
    if (!rdata.ok) return fail(problemAt(keyPath(path, at), rdata.problem));
    rdatas.set(Buffer.from(canonicalRdata(type, rdata.value)).toString('latin1'), rdata.value);
  }
  const unique = [...rdatas.values()];
  const octets = octetsInMessage(unique);
  if (octets > MAX_RRSET_OCTETS) {
    return fail(problemAt(path, `Takes ${octets} octets; an answer has room for ${MAX_RRSET_OCTETS}`));
  }
  const set = { type, ttl: context.ttl, rdatas: unique };
  return ok({ ...set, slots: unique.map(() => -1), encoded: encodeRRset(set) });
}

/** Types that say something about the zone, or delegate a part of it. */
const SAME_FOR_EVERYONE: ReadonlySet<number> = new Set([
  RRTYPE.NS,
  RRTYPE.DNAME,
  RRTYPE.DS,
  RRTYPE.DNSKEY,
  RRTYPE.CDS,
  RRTYPE.CDNSKEY,
  RRTYPE.CSYNC,
  RRTYPE.ZONEMD,
]);

/** Types the host makes itself. */
const HOST_MADE: ReadonlySet<number> = new Set([
  RRTYPE.SIG,
  RRTYPE.KEY,
  RRTYPE.RRSIG,
  RRTYPE.NSEC,
  RRTYPE.NSEC3,
  RRTYPE.NSEC3PARAM,
]);

function typeProblem(type: number, placement: RecordsContext['placement']): string | undefined {
  if (!isDataType(type)) return `${typeToText(type)} is no type that records have`;
  if (HOST_MADE.has(type)) return `The server makes ${typeToText(type)} records itself`;
  if (type === RRTYPE.SOA) return 'The SOA record comes from the zone file or the configuration';
  if (placement === 'answer' && SAME_FOR_EVERYONE.has(type)) {
    return `${typeToText(type)} records are the same for everyone; put them in "records" or the zone file`;
  }
  return undefined;
}

function rdataOf(key: string, type: number, value: unknown, zone: WireName): Result<Uint8Array> {
  if (key === 'TXT' && Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return txtRdata(value);
  if (typeof value !== 'string') return fail('Must be a string');
  if (key === 'TXT') return txtRdata([value]);
  const fields = splitFields(value);
  if (!fields.ok) return fields;
  return rdataFromText(type, fields.value, (name) => absoluteNameFromText(name, zone));
}

function togetherProblem(sets: readonly RecordSet[]): string | undefined {
  const values = sets.reduce((count, set) => count + set.rdatas.length, 0);
  if (values > MAX_VALUES) return `Holds ${values} values; ${MAX_VALUES} are possible`;
  if (new Set(sets.map((set) => set.type)).size < sets.length) return 'One type is given twice';
  // RFC 1034 §3.6.2: where a CNAME is, nothing else may be.
  if (holdsCname(sets) && values > 1) return 'A CNAME excludes all other records';
  return undefined;
}
