/** Host identities (RFC 8005 §5, §6): the lengths that lead the octets have no place in the text. */
import { toBase64 } from '../../base/octets-text.ts';
import { nameToText, type WireName } from '../name.ts';
import type { Field } from './field.ts';
import { readName } from './name-fields.ts';

export const hostIdentity: Field = {
  what: 'algorithm, host identity tag, public key and rendezvous servers',
  shape: 'other',
  parse(fields, out) {
    const algorithm = fields.number('algorithm', 0xff);
    const { text } = fields.field('host identity tag');
    const tag = Buffer.from(text, 'hex');
    if (!/^(?:[0-9a-f]{2}){1,255}$/i.test(text))
      fields.refuse(`The host identity tag "${text}" is not in pairs of hexadecimal digits`);
    // The key is one word, as names may follow it.
    const digits = fields.field('public key').text;
    const key = Buffer.from(digits, 'base64');
    if (key.length === 0 || key.length > 0xffff || key.toString('base64') !== digits)
      fields.refuse('The public key is not in Base64, in one word');
    out.u8(tag.length);
    out.u8(algorithm);
    out.u16(key.length);
    out.write(tag);
    out.write(key);
    while (fields.hasMore) out.write(fields.name('rendezvous server'));
  },
  print(rdata) {
    const tagLength = rdata.u8();
    const algorithm = rdata.u8();
    const keyLength = rdata.u16();
    const tag = rdata.take(tagLength);
    const key = rdata.take(keyLength);
    if (tag.length === 0 || key.length === 0) rdata.fail();
    const servers: WireName[] = [];
    while (rdata.remaining > 0) servers.push(readName(rdata));
    const words = [Buffer.from(tag).toString('hex').toUpperCase(), toBase64(key)];
    return [algorithm, ...words, ...servers.map((name) => nameToText(name))].join(' ');
  },
};
