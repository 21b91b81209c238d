/**
 * What steering comes to for one question: records of one type, another name, or a response code.
 * One object per process, overwritten by each query, so that a steered answer allocates nothing.
 */
import type { WireName } from '../wire/name.ts';
import { ROOT } from '../wire/name.ts';

export type ChoiceKind = 'records' | 'cname' | 'nodata' | 'nxdomain' | 'refuse' | 'servfail';

export class Choice {
  kind: ChoiceKind = 'nodata';
  /** Seconds; of `records` and `cname`. */
  ttl = 0;
  /** Of `records`, in the order to serve. */
  readonly rdatas: Uint8Array[] = [];
  /** Of `cname`. */
  target: WireName = ROOT;

  /** Says that there is nothing to serve, and why. */
  setNothing(kind: 'nodata' | 'nxdomain' | 'refuse' | 'servfail'): void {
    this.kind = kind;
    this.rdatas.length = 0;
  }

  setCname(target: WireName, ttl: number): void {
    this.kind = 'cname';
    this.ttl = ttl;
    this.target = target;
    this.rdatas.length = 0;
  }

  /** To be followed by one {@link add} per record. */
  beginRecords(ttl: number): void {
    this.kind = 'records';
    this.ttl = ttl;
    this.rdatas.length = 0;
  }

  add(rdata: Uint8Array): void {
    this.rdatas.push(rdata);
  }

  /** Makes the record at `start` the first and keeps `count` of them, in place. */
  rotate(start: number, count: number): void {
    const { rdatas } = this;
    const { length } = rdatas;
    for (let index = 0; index < length; index += 1) {
      const rdata = rdatas[(start + index) % length];
      if (rdata !== undefined) rdatas.push(rdata);
    }
    rdatas.copyWithin(0, length);
    rdatas.length = Math.min(count, length);
  }
}
