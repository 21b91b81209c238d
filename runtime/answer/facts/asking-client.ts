/**
 * The address of whoever asks: of the client, as far as its resolver tells it, or else of the resolver (RFC 7871 §7.2.1).
 * One object per process, begun anew for each query; the address is looked at when it is first read.
 */
import { bitsBeforeIpv4, bitsOfOneKind, copyIpv4 } from '../../base/net/embedded-ipv4.ts';
import { type Address, type PeerAddress, readPeer } from '../../base/net/ip.ts';
import { type ClientSubnet, ECS_FAMILY } from '../../wire/client-subnet.ts';
import type { Transport } from '../../wire/transport.ts';

/** As types/policy.d.ts promises authors, and as resolvers cap what they tell (RFC 7871 §11.1). */
export const SUBNET_BITS = { 4: 24, 6: 56 } as const;
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const;
/** Whose address is looked at only where it matters. */
export interface Peer {
  readonly address: PeerAddress;
  readonly transport?: Transport;
  /** Our address that it asked. */
  readonly local?: string | undefined;
}

export class AskingClient {
  /** Leading bits of the address that the client told, once it was read. */
  knownBits = 0;
  /** Bits of what it told that come before the IPv4 address inside, which then is the client's; 0 if there is none. */
  bitsBefore = 0;
  readonly #ipv4: Address = { family: 4, bytes: new Uint8Array(4) };
  readonly #ipv6: Address = { family: 6, bytes: new Uint8Array(16) };
  readonly #scratch = new Uint8Array(16);
  #subnet: ClientSubnet | undefined;
  #peer: Peer = NOBODY;
  #address: Address | undefined;
  /** The family of the address that the client told. */
  #cameAs: 4 | 6 = 4;

  /** Forgets the query before. */
  begin(subnet: ClientSubnet, peer: Peer): void {
    // RFC 7871 §7.1.2: a source prefix of 0 asks not to be treated by where the client is.
    this.#subnet = subnet.present && subnet.source > 0 ? subnet : undefined;
    this.#peer = peer;
    this.#address = undefined;
  }

  /** Who sent the query, whoever the client is. */
  get peer(): Peer {
    return this.#peer;
  }

  get address(): Address {
    this.#address ??= this.#subnet === undefined ? this.#fromPeer() : this.#fromSubnet(this.#subnet);
    return this.#address;
  }

  /**
   * RFC 7871 §7.3.1: scope 0 is for all networks, and what is so in one family may be otherwise in the other: so it may
   * be for who has IPv4 inside IPv6, and who has not.
   */
  get leastScope(): number {
    return this.#cameAs === 4 ? 1 : bitsOfOneKind(this.#ipv6.bytes);
  }

  #fromSubnet({ family, source, address }: ClientSubnet): Address {
    return this.#keep(address, family === ECS_FAMILY.IPV6 ? 6 : 4, source);
  }

  #fromPeer(): Address {
    const family = readPeer(this.#peer.address, this.#scratch);
    if (family === 0) this.#scratch.fill(0);
    const kind = family === 6 ? 6 : 4;
    return this.#keep(this.#scratch, kind, ADDRESS_BITS[kind]);
  }

  /** Of an address, `knownBits` are known. The IPv4 address inside one of IPv6 stands for it, as far as it is known. */
  #keep(address: Uint8Array, family: 4 | 6, knownBits: number): Address {
    const into = family === 4 ? this.#ipv4 : this.#ipv6;
    copy(address, into.bytes);
    const bitsBefore = family === 4 ? 0 : bitsBeforeIpv4(into.bytes);
    this.#cameAs = family;
    this.bitsBefore = bitsBefore;
    this.knownBits = Math.max(0, knownBits - bitsBefore);
    if (bitsBefore === 0) return into;
    copyIpv4(into.bytes, bitsBefore, this.#ipv4.bytes);
    return this.#ipv4;
  }
}

const NOBODY: Peer = { address: '' };

/** As much as there is room for. Not by `subarray`, which makes an object. */
function copy(from: Uint8Array, into: Uint8Array): void {
  for (let at = 0; at < into.length; at += 1) into[at] = from[at] ?? 0;
}
