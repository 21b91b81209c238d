/** Answers in a few words, and whether two of them are the same. */
import type { RecordedLine } from '../rpc/recorded-line.ts';
import { shortened } from './shortened.ts';

/** An answer, recorded or decided. */
export interface KnownAnswer extends Pick<RecordedLine, 'rcode' | 'answer'> {
  readonly fallback?: RecordedLine['fallback'] | undefined;
}

/** Whether code and records are the same, in whatever order (RFC 2181 §5); signatures are made anew each time, and do not count. */
export function isSameAnswer(one: KnownAnswer, other: KnownAnswer): boolean {
  if (one.rcode !== other.rcode) return false;
  const [left, right] = [one.answer, other.answer];
  if (left.length === right.length && left.every((record, index) => record === right[index])) return true;
  const [mine, yours] = [comparable(left), comparable(right)];
  return mine.length === yours.length && mine.every((record, index) => record === yours[index]);
}

/** `198.51.100.20 (TTL 30)`, `NXDOMAIN`, or `nothing` for no records. */
export function answerLabel({ rcode, answer, fallback }: KnownAnswer, pool: string | undefined): string {
  const why = fallback === undefined ? '' : `fallback (${fallback}): `;
  const name = pool === undefined ? '' : `${pool} `;
  const label = answer.length === 0 ? noRecords(rcode) : `${name}${recordsLabel(answer)}${codeLabel(rcode)}`;
  return shortened(why + label);
}

/** The data of records: `www.example.com. 30 IN A 192.0.2.1` has `192.0.2.1`. */
export function recordValues(answer: readonly string[]): string[] {
  return answer.map((record) => partsOf(record).value);
}

function noRecords(rcode: string): string {
  return rcode === 'NOERROR' ? 'nothing' : rcode;
}

function codeLabel(rcode: string): string {
  return rcode === 'NOERROR' ? '' : ` ${rcode}`;
}

/** Records of one set have no order; names along a chain have one. */
function recordsLabel(answer: readonly string[]): string {
  const parts = answer.filter((record) => !isSignature(record)).map(partsOf);
  const values = parts.map(({ value }) => value);
  const isSet = new Set(parts.map(({ owner }) => owner)).size === 1;
  const ttls = [...new Set(parts.map(({ ttl }) => ttl))];
  return `${(isSet ? values.toSorted() : values).join(' ')} (TTL ${ttls.join(', ')})`;
}

interface RecordParts {
  readonly owner: string;
  readonly ttl: string;
  readonly type: string;
  readonly value: string;
}

function partsOf(record: string): RecordParts {
  const [owner = '', ttl = '', , type = '', ...value] = record.split(' ');
  return { owner, ttl, type, value: value.join(' ') };
}

function isSignature(record: string): boolean {
  return record.includes(' IN RRSIG ') && partsOf(record).type === 'RRSIG';
}

/** Owners are written as the client has asked for them, so their case says nothing (RFC 4343 §3). */
function comparable(answer: readonly string[]): string[] {
  const records = answer.filter((record) => !isSignature(record));
  return records
    .map((record) => {
      const end = record.indexOf(' ');
      return record.slice(0, end).toLowerCase() + record.slice(end);
    })
    .sort();
}
