/**
 * The client subnet option, in which a resolver tells the network of its client (RFC 7871 §6):
 *
 *     +--------+--------+--------+--------+----------------------+
 *     |     FAMILY      | SOURCE | SCOPE  | ADDRESS, ⌈SOURCE/8⌉  |
 *     +--------+--------+--------+--------+----------------------+
 */

/** IANA address family numbers. */
export const ECS_FAMILY = { NONE: 0, IPV4: 1, IPV6: 2 } as const;
export type EcsFamily = (typeof ECS_FAMILY)[keyof typeof ECS_FAMILY];

export function isEcsFamily(value: number): value is EcsFamily {
  return value <= ECS_FAMILY.IPV6;
}

/** The option of one query. It belongs to a Query object, and the next query overwrites it. */
export class ClientSubnet {
  present = false;
  /** NONE only where `source` is 0: the client asks not to be located. */
  family: EcsFamily = ECS_FAMILY.NONE;
  /** How many leading bits of the address the resolver tells. */
  source = 0;
  /** The address; bits beyond the source prefix are zero. IPv4 uses the first four octets. */
  readonly address = new Uint8Array(16);
}

/** Reads the option data in `packet[start..end)`; false means FORMERR. */
export function readClientSubnet(
  packet: Uint8Array,
  start: number,
  end: number,
  into: ClientSubnet,
): boolean {
  const length = end - start - 4;
  if (length < 0) return false;
  const family = (packet[start] ?? 0) * 256 + (packet[start + 1] ?? 0);
  const source = packet[start + 2] ?? 0;
  // RFC 7871 §6: the scope of a query is 0.
  if (packet[start + 3] !== 0 || !isEcsFamily(family)) return false;
  // RFC 7871 §7.1.2: with no address at all the family means nothing, and some clients send 0 (dig
  // +subnet=0).
  if (source > bitsOf(family)) return false;
  // RFC 7871 §6: as many octets as the source prefix needs, and the bits after it are zero.
  if (length !== (source + 7) >> 3) return false;
  if ((source & 7) !== 0 && ((packet[end - 1] ?? 0) & (0xff >> (source & 7))) !== 0) return false;
  into.present = true;
  into.family = family;
  into.source = source;
  for (let at = 0; at < 16; at++) into.address[at] = at < length ? (packet[start + 4 + at] ?? 0) : 0;
  return true;
}

function bitsOf(family: EcsFamily): number {
  if (family === ECS_FAMILY.IPV4) return 32;
  return family === ECS_FAMILY.IPV6 ? 128 : 0;
}
