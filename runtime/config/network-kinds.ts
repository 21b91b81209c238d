/** Kinds of value for addresses, networks and host names: see kinds.ts. */
import { isIP } from 'node:net';
import { parsePrefix } from '../base/net/ip.ts';
import { parseSocketAddress, type SocketAddress } from '../base/net/socket-address.ts';
import { nameFromText, nameToText } from '../wire/name.ts';
import { zoneIdOf, zoneNameFromText } from '../wire/zone-id.ts';
import { list, parsed, text } from './kinds.ts';

export const ADDRESS_FORM = 'an IP address and a port, such as "127.0.0.1:5300" or "[::1]:5300"';

export const socketAddress = parsed(`must be ${ADDRESS_FORM}`, parseSocketAddress);
export const hostName = parsed('must be a host name, such as "ns1.example.net"', (written) =>
  // RFC 952, RFC 1123 §2.1: letters, digits and hyphens; real names have underscores as well.
  /^[\w.-]+$/.test(written) ? readDomainName(written) : undefined,
);
/** A zone, by its id (wire/zone-id.ts). */
export const zoneName = parsed(
  'must be a zone, such as "example.com" or "0%2F27.2.0.192.in-addr.arpa"',
  (written) => {
    const name = zoneNameFromText(written);
    return name.ok ? zoneIdOf(name.value) : undefined;
  },
);
export const ipAddress = text('must be an IP address', (written) => isIP(written) !== 0);
export const network = text(
  'must be a network, such as "10.0.0.0/8"',
  (written) => parsePrefix(written) !== undefined,
);

/** A domain name in lower case, without the final dot. */
export function readDomainName(written: string): string | undefined {
  const name = nameFromText(written);
  return name.ok && name.value.length > 1 ? nameToText(name.value).toLowerCase().slice(0, -1) : undefined;
}

function readResolver(written: string): SocketAddress | undefined {
  return isIP(written) === 0 ? parseSocketAddress(written) : { address: written, port: 53 };
}

/** Resolvers to ask, in turn. */
export const resolvers = list(
  parsed('must be an IP address, with or without a port, such as "192.0.2.53"', readResolver),
  'IP addresses, such as ["192.0.2.53"]',
);
