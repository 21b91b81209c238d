/**
 * What one reply depends on beside its question: a set of bits, to which is added wherever such a thing is read. All
 * replies depend on the zones there are and on the health of targets; what is kept of replies is stamped with both
 * (replies/packet-cache.ts), so that neither is noted. Everything else that a client or the world can vary is.
 *
 *     NEEDS of fact.ts │ switches of the client │ one draw │ all else
 *     ◀──────────── the key of a reply that is kept ──────▶
 *
 * The packet cache asks this record and nothing else: whether a reply may be kept, and by what it is found again. A
 * step that makes replies reaches nothing but what notes (draft.ts).
 */
import { NEEDS } from './fact.ts';

export const DEPENDS = {
  NOTHING: 0,
  /** Switches: what a client can have one way or the other. Whether the message is a datagram, and cannot be large. */
  DATAGRAM: 1 << 16,
  /** DO of EDNS (RFC 3225 §3). */
  DNSSEC_OK: 1 << 17,
  /** CO of EDNS (RFC 9824 §5.1), as far as DO is set. */
  COMPACT_OK: 1 << 18,
  /** Whether the message came over TLS, and whether over HTTPS. */
  OVER_TLS: 1 << 14,
  OVER_HTTPS: 1 << 15,
  /** One throw, among the outcomes in steering/draw.ts. */
  DRAW: 1 << 20,
  /** More than one throw. */
  DRAWS: 1 << 21,
  /** A clock, of whatever kind. */
  TIME: 1 << 22,
  /** The case in which the client wrote the name. */
  SPELLING: 1 << 23,
  /** How much there is room for: something was left out. */
  SIZE: 1 << 24,
  /** A response code other than NOERROR, or an extended error: the reply is made anew each time. */
  ERROR: 1 << 25,
  /** The owner of a referral, by which its responses are limited. */
  REFERRAL: 1 << 26,
  /** This one query: it is explained, goes on with the version it began with, or is of another class. */
  THIS_QUERY: 1 << 27,
  /** Which of our addresses was asked. */
  LOCAL: 1 << 28,
  /** Where whoever sent the query is, apart from its client; and which address that is. */
  RESOLVER: 1 << 29,
  RESOLVER_ADDRESS: 1 << 30,
} as const;

/** What is read of a client's address. */
export const CLIENT =
  NEEDS.FAMILY | NEEDS.SUBNET | NEEDS.ADDRESS | NEEDS.NETWORKS | NEEDS.LATENCIES | NEEDS.PLACE;
/** Over which transport a query came. */
export const TRANSPORT = DEPENDS.DATAGRAM | DEPENDS.OVER_TLS | DEPENDS.OVER_HTTPS;
export const SWITCHES = TRANSPORT | DEPENDS.DNSSEC_OK | DEPENDS.COMPACT_OK;
/** What distinguishes clients in the key of a reply. */
export const CLIENT_KEY = NEEDS.FAMILY | NEEDS.LATENCIES | NEEDS.PLACE | SWITCHES;

/** One object per process, begun anew for each query. */
export class Dependence {
  /** NEEDS and DEPENDS, as far as they were noted. */
  bits = 0;

  begin(): void {
    this.bits = 0;
  }

  /** Notes what was read, or what something depends on that was decided elsewhere. */
  note(bits: number): void {
    this.bits |= bits;
  }

  /** Whether the key of a reply has all of it. */
  get isInKey(): boolean {
    return (this.bits & ~(CLIENT_KEY | DEPENDS.DRAW)) === 0;
  }
}
