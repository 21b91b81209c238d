/** SOA: who runs a zone, its version and its times (RFC 1035 §3.3.13). */
import { ByteReader } from '../../base/bytes.ts';
import type { WireName } from '../name.ts';
import { printName, type RdataCodec, readName } from './codec.ts';

export interface Soa {
  /** The primary name server. */
  readonly primary: WireName;
  /** The contact's mail address, its `@` turned into a dot. */
  readonly contact: WireName;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** Seconds for which "there is none" may be kept, at most (RFC 2308 §4). */
  readonly minimum: number;
}

export const soaCodec: RdataCodec = {
  parse(fields, out) {
    out.write(fields.name('primary name server'));
    out.write(fields.name('contact'));
    out.u32(fields.number('serial', 0xffffffff));
    out.u32(fields.time('refresh time'));
    out.u32(fields.time('retry time'));
    out.u32(fields.time('expire time'));
    out.u32(fields.time('minimum'));
  },
  print(rdata) {
    const names = `${printName(rdata)} ${printName(rdata)}`;
    return `${names} ${rdata.u32()} ${rdata.u32()} ${rdata.u32()} ${rdata.u32()} ${rdata.u32()}`;
  },
};

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
