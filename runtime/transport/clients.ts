/**
 * Who is connected: so many at a time, and so many from one place, since a few could otherwise keep
 * everybody else out (RFC 7766 §6.2.2).
 */
import { addressToText, maskBytes, readPeer } from '../base/ip.ts';

/** For connections of all kinds. */
export interface TcpLimits {
  /** Milliseconds without a query after which a connection is closed (RFC 7766 §6.2.3). */
  readonly idleMs: number;
  /** Connections at a time, to all listeners that share counters. */
  readonly clients: number;
  /** Connections at a time from one IPv4 address or one IPv6 /64. */
  readonly clientsPerAddress: number;
}

/** How many connections there are, and how many were turned away or cut. */
export interface TcpCounters {
  clients: number;
  refused: number;
  cut: number;
  /** TLS handshakes that failed. */
  handshakes: number;
  /** HTTP requests that asked for something else than DNS. */
  httpErrors: number;
  /** Packets and connections of proxies without a PROXY header. */
  unproxied: number;
}

/** IPv6 hosts have all addresses of a network of this length to connect from (RFC 4291 §2.5.4). */
const IPV6_HOST_BITS = 64;

/** Counts connections in, and out again. */
export class Clients {
  readonly limits: TcpLimits;
  readonly counters: TcpCounters;
  readonly #perPlace = new Map<string, number>();

  constructor(limits: TcpLimits, counters: TcpCounters) {
    this.limits = limits;
    this.counters = counters;
  }

  /** Whether one more may come from an address; if so it counts until it leaves. */
  enter(address: string): boolean {
    const place = placeOf(address);
    const others = this.#perPlace.get(place) ?? 0;
    if (this.counters.clients >= this.limits.clients || others >= this.limits.clientsPerAddress) {
      this.counters.refused += 1;
      return false;
    }
    this.#perPlace.set(place, others + 1);
    this.counters.clients += 1;
    return true;
  }

  leave(address: string): void {
    const place = placeOf(address);
    const others = (this.#perPlace.get(place) ?? 1) - 1;
    if (others === 0) this.#perPlace.delete(place);
    else this.#perPlace.set(place, others);
    this.counters.clients -= 1;
  }
}

function placeOf(address: string): string {
  const bytes = new Uint8Array(16);
  if (readPeer(address, bytes) !== 6) return address;
  maskBytes(bytes, IPV6_HOST_BITS);
  return addressToText({ family: 6, bytes });
}
