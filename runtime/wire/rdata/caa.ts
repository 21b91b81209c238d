/** CAA: `0 issue "ca.example.net"`, who may issue certificates (RFC 8659 §4). */
import { quote } from '../text-field.ts';
import type { RdataCodec } from './codec.ts';

/** RFC 8659 §4.1: a tag is ASCII letters and digits, and there is at least one. */
const TAG = /^[a-z0-9]+$/i;

export const caaCodec: RdataCodec = {
  parse(fields, out) {
    out.u8(fields.number('flags', 0xff));
    const tag = fields.characterString('tag');
    if (!TAG.test(Buffer.from(tag).toString('latin1'))) fields.refuse('The tag is letters and digits only');
    out.u8(tag.length);
    out.write(tag);
    // RFC 8659 §4.1: the value is all that is left, without a length of its own.
    out.write(fields.octets('value'));
  },
  print(rdata) {
    const flags = rdata.u8();
    const tag = Buffer.from(rdata.take(rdata.u8())).toString('latin1');
    if (!TAG.test(tag)) rdata.fail();
    return `${flags} ${tag} ${quote(rdata.rest())}`;
  },
};
