/** NS, CNAME and PTR: one name (RFC 1035 §3.3). */
import { printName, type RdataCodec } from './codec.ts';

export const hostCodec: RdataCodec = {
  parse: (fields, out) => out.write(fields.name('host name')),
  print: printName,
};
