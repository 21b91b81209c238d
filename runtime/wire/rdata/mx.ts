/** MX: `10 mail.example.com.` (RFC 1035 §3.3.9). */
import { printName, type RdataCodec } from './codec.ts';

export const mxCodec: RdataCodec = {
  parse(fields, out) {
    out.u16(fields.number('preference', 0xffff));
    out.write(fields.name('exchange'));
  },
  print: (rdata) => `${rdata.u16()} ${printName(rdata)}`,
};
