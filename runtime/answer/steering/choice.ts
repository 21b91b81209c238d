/**
 * What steering comes to for one question: records of one type, another name, or a response code.
 * One object per process, overwritten by each query, so that a steered answer allocates nothing.
 */
import type { MinuteCount } from '../../base/structures/minute-count.ts';
import type { Pool, RecordSet } from '../../plan/plan.ts';
import type { WireName } from '../../wire/name.ts';
import { ROOT } from '../../wire/name.ts';

export type ChoiceKind = 'records' | 'cname' | 'nodata' | 'nxdomain' | 'refuse' | 'servfail';

export class Choice {
  kind: ChoiceKind = 'nodata';
  /** Seconds; of `records` and `cname`. */
  ttl = 0;
  /** The TTL when no change of health is near. */
  originalTtl = 0;
  /** Of `records`, in the order to serve. Overwritten by the next query, or the plan's own. */
  rdatas: readonly Uint8Array[] = NONE;
  /** All of them as they stand in an answer (wire/encoded-rrset.ts), but for the TTL, where they are all of a set in its order. */
  encoded: Uint8Array | undefined;
  /** The order of the records is the policy's. */
  isArranged = false;
  /** Of `cname`. */
  target: WireName = ROOT;
  /** The pool that was chosen; `undefined` where the plan ends in none. */
  pool: Pool | undefined;
  /** Where the answer is counted, as the pool's. */
  load: MinuteCount | undefined;
  readonly #some: Uint8Array[] = [];
  readonly #turned: Uint8Array[] = [];

  /** Says that there is nothing to serve, and why. */
  setNothing(kind: 'nodata' | 'nxdomain' | 'refuse' | 'servfail'): void {
    this.kind = kind;
    this.rdatas = NONE;
  }

  setCname(target: WireName, ttl: number): void {
    this.kind = 'cname';
    this.ttl = ttl;
    this.target = target;
    this.rdatas = NONE;
  }

  /** All of a plan's records, with a TTL that may be another. */
  setRecords({ rdatas, encoded }: RecordSet, ttl: number): void {
    this.kind = 'records';
    this.isArranged = false;
    this.ttl = ttl;
    this.rdatas = rdatas;
    this.encoded = encoded;
  }

  /** Of the records, keeps those whose index passes. */
  keep(passes: (index: number) => boolean): void {
    const { rdatas } = this;
    let count = 0;
    for (let index = 0; index < rdatas.length; index += 1) {
      const rdata = rdatas[index];
      if (rdata !== undefined && passes(index)) this.#some[count++] = rdata;
    }
    this.rdatas = cut(this.#some, count);
    this.encoded = undefined;
  }

  /** Makes the record at `start` the first and keeps `count` of them. */
  rotate(start: number, count: number): void {
    const { rdatas } = this;
    const { length } = rdatas;
    const kept = Math.min(count, length);
    const into = rdatas === this.#turned ? this.#some : this.#turned;
    for (let index = 0; index < kept; index += 1) into[index] = rdatas[(start + index) % length] ?? ROOT;
    this.rdatas = cut(into, kept);
    this.encoded = undefined;
  }
}

const NONE: readonly Uint8Array[] = [];

/** To set a length is a call into V8, even where it is the same. */
function cut(rdatas: Uint8Array[], length: number): readonly Uint8Array[] {
  if (rdatas.length !== length) rdatas.length = length;
  return rdatas;
}
