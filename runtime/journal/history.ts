/**
 * What changed from version to version of a zone, as octets that answer processes hold and send from
 * (RFC 1995 §4). The records of a step stand in the order of the answer: old SOA, removed records, new SOA,
 * added records.
 *
 *   for each step, the oldest first: serial before it (4) · length (4) · its records (zone/record-pack.ts)
 */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { packedRecords } from '../zone/record-pack.ts';

/** The differences between a version and the next. */
export interface HistoryStep {
  readonly from: number;
  /** See {@link packedRecords}. */
  readonly records: Uint8Array<ArrayBuffer>;
}

/** Octets of a step beside its records. */
export const STEP_HEAD = 8;

/** The steps that lead to the version that is served. */
export class History {
  readonly #octets: Uint8Array<ArrayBuffer>;

  /** Control has checked the octets. */
  constructor(octets: Uint8Array<ArrayBuffer>) {
    this.#octets = octets;
  }

  /** All steps from the version with this serial on; `undefined` if there is none from there. */
  since(serial: number): Changes | undefined {
    const view = viewOf(this.#octets);
    for (let at = 0; at < view.byteLength; at += STEP_HEAD + view.getUint32(at + 4)) {
      if (view.getUint32(at) === serial) return new Changes(this.#octets.subarray(at));
    }
    return undefined;
  }
}

/** The records of some steps, which answer IXFR. */
export class Changes implements Iterable<ResourceRecord> {
  readonly #octets: Uint8Array<ArrayBuffer>;

  constructor(octets: Uint8Array<ArrayBuffer>) {
    this.#octets = octets;
  }

  /** Octets of all records, uncompressed. */
  get size(): number {
    return this.#octets.length;
  }

  *[Symbol.iterator](): Generator<ResourceRecord> {
    for (const { records } of stepsIn(this.#octets)) yield* packedRecords(records);
  }
}

/** The steps in octets that {@link historyOctets} has made. */
export function* stepsIn(octets: Uint8Array<ArrayBuffer>): Generator<HistoryStep> {
  const view = viewOf(octets);
  for (let at = 0; at < octets.length; ) {
    const end = at + STEP_HEAD + view.getUint32(at + 4);
    yield { from: view.getUint32(at), records: octets.subarray(at + STEP_HEAD, end) };
    at = end;
  }
}

/** Steps as octets. */
export function historyOctets(steps: readonly HistoryStep[]): Uint8Array<ArrayBuffer> {
  const length = steps.reduce((sum, { records }) => sum + STEP_HEAD + records.length, 0);
  const octets = new Uint8Array(length);
  const view = viewOf(octets);
  let at = 0;
  for (const { from, records } of steps) {
    view.setUint32(at, from);
    view.setUint32(at + 4, records.length);
    octets.set(records, at + STEP_HEAD);
    at += STEP_HEAD + records.length;
  }
  return octets;
}

/** The serial in an SOA record; `undefined` for other records. */
export function serialOfSoa({ type, rdata }: Pick<ResourceRecord, 'type' | 'rdata'>): number | undefined {
  return type === RRTYPE.SOA ? soaFromRdata(rdata)?.serial : undefined;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(buffer, byteOffset, byteLength);
}
