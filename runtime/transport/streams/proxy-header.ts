/**
 * The header by which a proxy names its client: PROXY protocol version 2, as HAProxy defines it
 * (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt §2.2). It stands before a connection's first
 * octet, and before each datagram.
 *
 *     signature 12 | version and command | family and protocol | length 16 | addresses, and more
 */
import { addressToText } from '../../base/net/ip.ts';

export interface ProxyHeader {
  /** Octets of the whole header. */
  readonly length: number;
  /** The client's address; `undefined` where the proxy speaks for itself, or does not name a client. */
  readonly client: string | undefined;
}

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED = SIGNATURE.length + 4;
/** Families of addresses, with the octets that both addresses and ports take. */
const FAMILIES: ReadonlyMap<number, { readonly family: 4 | 6; readonly octets: number }> = new Map([
  [1, { family: 4, octets: 12 }],
  [2, { family: 6, octets: 36 }],
]);
const LOCAL = 0;
const PROXY = 1;

/**
 * Reads the header that the octets begin with. `partial`: more octets have to come. `none`: they begin with
 * no header.
 */
export function parseProxyHeader(octets: Uint8Array): ProxyHeader | 'partial' | 'none' {
  const signed = Math.min(octets.length, SIGNATURE.length);
  if (SIGNATURE.compare(octets, 0, signed, 0, signed) !== 0) return 'none';
  if (octets.length < FIXED) return 'partial';
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const versionAndCommand = view.getUint8(12);
  const length = FIXED + view.getUint16(14);
  if (versionAndCommand >> 4 !== 2) return 'none';
  if (octets.length < length) return 'partial';
  const command = versionAndCommand & 0x0f;
  if (command === LOCAL) return { length, client: undefined };
  if (command !== PROXY) return 'none';
  const kind = FAMILIES.get(view.getUint8(13) >> 4);
  // The family is unspecified, or a Unix socket: it has no address, so the proxy's own counts.
  if (kind === undefined) return { length, client: undefined };
  if (length < FIXED + kind.octets) return 'none';
  const bytes = octets.subarray(FIXED, FIXED + (kind.family === 4 ? 4 : 16));
  return { length, client: addressToText({ family: kind.family, bytes }) };
}
