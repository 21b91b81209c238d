/** Gateways of IPsec and relays of multicast, whose form depends on the number of its kind before it. */

import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { addressToText, parseIpv6 } from '../../base/net/ip.ts';
import { toBase64 } from '../../base/octets-text.ts';
import { nameToText } from '../name.ts';
import { ipv4FromText } from './address-fields.ts';
import type { Field } from './field.ts';
import type { FieldReader } from './field-reader.ts';
import { readName } from './name-fields.ts';

/** The kinds of RFC 4025 §2.3, which RFC 8777 §4.2.3 has too. */
const NONE = 0;
const IPV4 = 1;
const IPV6 = 2;
const NAME = 3;

/** The gateway's type, the algorithm, the gateway, and the key, which algorithm 0 lacks (RFC 4025 §3.1). */
export const ipsecGateway: Field = {
  what: 'gateway type, algorithm, gateway and public key',
  shape: 'other',
  parse(fields, out) {
    const kind = fields.number('gateway type', NAME);
    const algorithm = fields.number('algorithm', 0xff);
    out.u8(kind);
    out.u8(algorithm);
    parseGateway(kind, 'gateway', fields, out);
    if (algorithm === 0 && !fields.hasMore) return;
    const digits = fields.rest('public key');
    const key = Buffer.from(digits, 'base64');
    if (key.length === 0 || key.toString('base64') !== digits)
      fields.refuse('The public key is not in Base64');
    out.write(key);
  },
  print(rdata) {
    const kind = rdata.u8();
    const algorithm = rdata.u8();
    const gateway = printGateway(kind, rdata);
    const key = rdata.rest();
    if (gateway === undefined || (key.length === 0 && algorithm !== 0)) return undefined;
    return [kind, algorithm, gateway, toBase64(key)].join(' ').trimEnd();
  },
};

/** The D bit, the relay's type in the 7 bits after it, and the relay (RFC 8777 §4.3.1). */
export const relay: Field = {
  what: 'discovery-optional bit, relay type and relay',
  shape: 'other',
  parse(fields, out) {
    const optional = fields.number('discovery-optional bit', 1);
    const kind = fields.number('relay type', NAME);
    out.u8(optional * 0x80 + kind);
    parseGateway(kind, 'relay', fields, out);
  },
  print(rdata) {
    const octet = rdata.u8();
    const gateway = printGateway(octet & 0x7f, rdata);
    return gateway === undefined ? undefined : `${octet >> 7} ${octet & 0x7f} ${gateway}`;
  },
};

function parseGateway(kind: number, what: string, fields: FieldReader, out: ByteWriter): void {
  if (kind === NAME) {
    out.write(fields.name(what));
    return;
  }
  const { text } = fields.field(what);
  if (kind === NONE) {
    if (text !== '.') fields.refuse(`The ${what} "${text}" is not "."; type 0 says that there is none`);
    return;
  }
  const address = kind === IPV4 ? ipv4FromText(text) : parseIpv6(text);
  if (address === undefined)
    fields.refuse(`The ${what} "${text}" is no IPv${kind === IPV4 ? 4 : 6} address, as type ${kind} says`);
  else out.write(address);
}

/** `undefined` for kinds that nobody knows: their data may have any form. */
function printGateway(kind: number, rdata: ByteReader): string | undefined {
  if (kind === NONE) return '.';
  if (kind === IPV4) return addressToText({ family: 4, bytes: rdata.take(4) });
  if (kind === IPV6) return addressToText({ family: 6, bytes: rdata.take(16) });
  if (kind === NAME) return nameToText(readName(rdata));
  rdata.rest();
  return undefined;
}
