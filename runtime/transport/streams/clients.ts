/**
 * Bounds the connections: so many at a time, and so many from one place, since a few clients could otherwise
 * keep all others out (RFC 7766 §6.2.2). Where there is no room, clients with few connections come first: the
 * client with the most loses its longest idle connection to a newcomer that has fewer (RFC 7766 §6.2.3 lets a
 * server close idle ones at any time).
 */
import type { TransportCounts } from '../../answer/counting/stats.ts';
import { addressToText, maskBytes, readPeer } from '../../base/net/ip.ts';
import { Line, Link } from '../../base/structures/line.ts';

/** Limits on the connections of each transport. */
export interface TcpLimits {
  /** Milliseconds without a query after which a connection is closed (RFC 7766 §6.2.3). */
  readonly idleMs: number;
  /** Connections at a time over one transport: TCP, TLS and HTTPS do not take each other's places. */
  readonly clients: number;
  /** Connections at a time from one IPv4 address or one IPv6 /64, over one transport. */
  readonly clientsPerAddress: number;
}

/** The counters of connections. */
export type TcpCounters = Omit<TransportCounts, 'datagrams' | 'sendErrors'>;

/** An IPv6 host can connect from all addresses of a network of this length (RFC 4291 §2.5.4). */
const IPV6_HOST_BITS = 64;

/** A connection that is counted. */
export interface Seat {
  readonly address: string;
  /** The place it comes from: clients are served in turn by this. */
  readonly client: string;
  /** Notes that the connection is in use: others of its client have been idle longer. */
  use(): void;
  /** Counts the connection no longer; a second call does nothing. */
  leave(): void;
}

/** Counts the connections of one transport in, and out again. */
export class Clients {
  /** Others hold for connections that come once they are set. */
  limits: TcpLimits;
  readonly counters: TcpCounters;
  #count = 0;
  readonly #places = new Map<string, Place>();
  /** Places by how many connections they have; in each line the longest idle place is first. */
  readonly #bySize: Line<Place>[] = [];

  constructor(limits: TcpLimits, counters: TcpCounters) {
    this.limits = limits;
    this.counters = counters;
  }

  /**
   * Returns a seat for one more connection from an address, if there is room. `close` ends the connection if
   * it has to make room for another.
   */
  enter(address: string, close: () => void): Seat | undefined {
    const client = placeOf(address);
    const own = this.#places.get(client)?.seats.length ?? 0;
    const isRoom =
      own < this.limits.clientsPerAddress && (this.#count < this.limits.clients || this.#displace(own));
    if (!isRoom) {
      this.counters.refused += 1;
      return undefined;
    }
    const seat = new TakenSeat(this, address, this.#placeOf(client), close);
    this.#count += 1;
    this.counters.clients += 1;
    this.use(seat);
    return seat;
  }

  use(seat: TakenSeat): void {
    const { place } = seat;
    place.seats.add(seat);
    this.#arrange(place);
  }

  leave(seat: TakenSeat): void {
    const { place } = seat;
    if (!place.seats.remove(seat)) return;
    this.#count -= 1;
    this.counters.clients -= 1;
    this.#arrange(place);
  }

  /** Ends a connection of a client that has more than `own`; returns whether there was one. */
  #displace(own: number): boolean {
    while (this.#bySize.at(-1)?.length === 0) this.#bySize.pop();
    if (this.#bySize.length - 1 <= own) return false;
    const idlest = this.#bySize.at(-1)?.first?.seats.first;
    if (idlest === undefined) return false;
    this.counters.displaced += 1;
    idlest.leave();
    idlest.close();
    return true;
  }

  #placeOf(name: string): Place {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = new Place(name);
    this.#places.set(name, place);
    return place;
  }

  /** Puts a place last among the places that have as many seats. */
  #arrange(place: Place): void {
    const { length } = place.seats;
    if (length === 0) {
      place.line?.remove(place);
      this.#places.delete(place.name);
      return;
    }
    for (let size = this.#bySize.length; size <= length; size += 1) this.#bySize.push(new Line());
    this.#bySize[length]?.add(place);
  }
}

/** A place that connections come from; its seats are in the order of their last use, the idlest first. */
class Place extends Link<Place> {
  readonly name: string;
  readonly seats = new Line<TakenSeat>();

  constructor(name: string) {
    super();
    this.name = name;
  }
}

class TakenSeat extends Link<TakenSeat> implements Seat {
  readonly address: string;
  readonly place: Place;
  readonly close: () => void;
  readonly #clients: Clients;

  constructor(clients: Clients, address: string, place: Place, close: () => void) {
    super();
    this.#clients = clients;
    this.address = address;
    this.place = place;
    this.close = close;
  }

  get client(): string {
    return this.place.name;
  }

  use(): void {
    // A connection that has left is not counted again.
    if (this.line !== undefined) this.#clients.use(this);
  }

  leave(): void {
    this.#clients.leave(this);
  }
}

/** The place of an address: the address itself, or the network of an IPv6 host, as text. */
function placeOf(address: string): string {
  const bytes = new Uint8Array(16);
  if (readPeer(address, bytes) !== 6) return address;
  maskBytes(bytes, IPV6_HOST_BITS);
  return addressToText({ family: 6, bytes });
}
