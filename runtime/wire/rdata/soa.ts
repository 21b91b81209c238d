/** SOA: the primary and the contact of a zone, its version and its times (RFC 1035 §3.3.13). */

import { ByteReader } from '../../base/bytes.ts';
import { RRTYPE } from '../iana/rrtype.ts';
import type { WireName } from '../name.ts';
import { readName } from './name-fields.ts';

export interface Soa {
  /** The primary name server. */
  readonly primary: WireName;
  /** The contact's mail address, its `@` turned into a dot. */
  readonly contact: WireName;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** The most seconds for which a resolver may cache a negative answer (RFC 2308 §4). */
  readonly minimum: number;
}

/** The SOA among records; `undefined` if there is none, or if it is malformed. */
export function soaIn(
  records: readonly { readonly type: number; readonly rdata: Uint8Array }[],
): Soa | undefined {
  const soa = records.find(({ type }) => type === RRTYPE.SOA);
  return soa && soaFromRdata(soa.rdata);
}

/** The parts of an SOA's RDATA; `undefined` if it is malformed. */
export function soaFromRdata(rdata: Uint8Array): Soa | undefined {
  const reader = new ByteReader(rdata);
  const soa: Soa = {
    primary: readName(reader),
    contact: readName(reader),
    serial: reader.u32(),
    refresh: reader.u32(),
    retry: reader.u32(),
    expire: reader.u32(),
    minimum: reader.u32(),
  };
  return reader.done ? soa : undefined;
}
