/** A (RFC 1035 §3.4.1) and AAAA (RFC 3596 §2.2): one address each. */
import { addressToText, parseAddress, parseIpv6 } from '../../base/ip.ts';
import type { RdataCodec } from './codec.ts';

export const aCodec: RdataCodec = {
  parse(fields, out) {
    const bytes = ipv4FromText(fields.field('address').text);
    if (bytes === undefined) fields.refuse('The address is no IPv4 address such as 192.0.2.10');
    else out.write(bytes);
  },
  print: (rdata) => addressToText({ family: 4, bytes: rdata.take(4) }),
};

export const aaaaCodec: RdataCodec = {
  parse(fields, out) {
    const bytes = parseIpv6(fields.field('address').text);
    if (bytes === undefined) fields.refuse('The address is no IPv6 address such as 2001:db8::10');
    else out.write(bytes);
  },
  print: (rdata) => addressToText({ family: 6, bytes: rdata.take(16) }),
};

/** The four octets of an IPv4 address; a mapped one (`::ffff:192.0.2.10`) is not written in an A record. */
export function ipv4FromText(text: string): Uint8Array | undefined {
  return text.includes(':') ? undefined : parseAddress(text)?.bytes;
}
