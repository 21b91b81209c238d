/** SRV: `priority weight port target` (RFC 2782). */
import { printName, type RdataCodec } from './codec.ts';

export const srvCodec: RdataCodec = {
  parse(fields, out) {
    out.u16(fields.number('priority', 0xffff));
    out.u16(fields.number('weight', 0xffff));
    out.u16(fields.number('port', 0xffff));
    out.write(fields.name('target'));
  },
  print: (rdata) => `${rdata.u16()} ${rdata.u16()} ${rdata.u16()} ${printName(rdata)}`,
};
