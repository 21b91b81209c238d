/**
 * Response rate limiting: many queries from one network that all get one response are mostly not
 * that network's, but somebody's who writes its addresses into packets to have it flooded by us
 * (ISC-TN-2012-1). Each network has an account for each response: an answer by name and type, all that
 * a wildcard stands in for together, a denial by zone, a referral by its cut, errors all together.
 *
 * Which account a response is on follows from a multilinear hash with random factors: nobody can
 * choose names that meet another's (Lemire, Kaser: Strongly universal string hashing is fast, 2014).
 */
import { randomFillSync } from 'node:crypto';
import { isInPrefix, type PeerAddress, type Prefix, parsePrefix, readPeer } from '../../base/net/ip.ts';
import { RateTable } from '../../base/rate-table.ts';
import type { RateLimitSettings } from '../../rpc/answer-settings.ts';
import { type HeldOf, heldOf } from '../../rpc/counter-rows.ts';
import { PROCESS_COUNTERS } from '../../rpc/counters.ts';
import type { LimitEvent } from '../../rpc/events.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import { MAX_NAME_LENGTH } from '../../wire/name.ts';
import { LimitedLog } from '../counting/limited-log.ts';
import type { Exchange } from '../exchange.ts';

/** `slip`: in place of the response goes one that tells who really asks how to get it. */
export type Ruling = 'send' | 'slip' | 'drop';

const KIND = { ERROR: 1, BAD_COOKIE: 2, DENIAL: 3, REFERRAL: 4, WILDCARD: 5, ANSWER: 6 } as const;
type Kind = (typeof KIND)[keyof typeof KIND];

/** Where in what is hashed the address, the type and the name begin; before them is the kind. */
const ADDRESS_AT = 1;
const TYPE_AT = 17;
const NAME_AT = 19;

/** Responses over the rate, by what became of them. */
export type LimitedCounts = HeldOf<typeof PROCESS_COUNTERS.limited>;

export class RateLimit {
  /** Responses over the rate, by what became of them. */
  readonly counts: LimitedCounts;
  readonly #settings: RateLimitSettings;
  /** Exempt networks: of IPv4 each as its address and its mask, since most are asked about. */
  readonly #exempt4: Int32Array;
  readonly #exempt6: readonly Prefix[];
  readonly #table: RateTable;
  readonly #log: LimitedLog;
  /** One for each octet that is hashed, and one that is always added. */
  readonly #factors = randomFillSync(new Int32Array(NAME_AT + MAX_NAME_LENGTH + 1));
  /** Of a peer that comes as text. */
  readonly #address = new Uint8Array(16);
  readonly #address4 = this.#address.subarray(0, 4);
  /** So many queries are judged by one time. */
  readonly #turns: number;
  #turn = 0;
  #now = 0;

  /** `counts`: of what held responses back before. */
  constructor(
    settings: RateLimitSettings,
    onLimited: (event: LimitEvent) => void = () => {},
    counts: LimitedCounts = heldOf(PROCESS_COUNTERS.limited),
  ) {
    this.#settings = settings;
    this.counts = counts;
    const exempt = settings.exempt.flatMap((network) => parsePrefix(network) ?? []);
    this.#exempt4 = Int32Array.from(
      exempt.filter(({ address }) => address.family === 4).flatMap(wordAndMask),
    );
    this.#exempt6 = exempt.filter(({ address }) => address.family === 6);
    // A small part of what all may have at once.
    this.#turns = Math.max(1, Math.min(16, settings.perSecond >> 2));
    this.#table = new RateTable(settings.perSecond, settings.windowSeconds);
    this.#log = new LimitedLog(settings, onLimited);
  }

  /** What is to become of the response in the exchange, or of the one that is about to be decided. */
  judge(exchange: Exchange): Ruling {
    const address = this.#octetsOf(exchange.requester.address);
    if (this.#isExempt(address)) return 'send';
    const kind = kindOf(exchange);
    const times = this.#table.use(this.#hash(exchange, kind, address), this.#time(exchange));
    if (times === 0) return 'send';
    const ruling = this.#rule(times, kind);
    this.counts[ruling] += 1;
    this.#log.note(address);
    return ruling === 'dropped' ? 'drop' : ruling === 'slipped' ? 'slip' : 'send';
  }

  #rule(times: number, kind: Kind): keyof RateLimit['counts'] {
    const { isTrial, leak, slip } = this.#settings;
    if (isTrial) return 'told';
    if (leak > 0 && times % leak === 0) return 'leaked';
    // An error that is asked for once more is the same error.
    return kind !== KIND.ERROR && slip > 0 && times % slip === 0 ? 'slipped' : 'dropped';
  }

  /** Asking for the time takes as long as all the rest. A time that stands still for some queries grants them no more. */
  #time(exchange: Exchange): number {
    if (this.#turn === 0) {
      this.#turn = this.#turns;
      this.#now = exchange.arrivedAt;
    }
    this.#turn -= 1;
    return this.#now;
  }

  #octetsOf(peer: PeerAddress): Uint8Array {
    if (typeof peer !== 'string') return peer;
    return readPeer(peer, this.#address) === 4 ? this.#address4 : this.#address;
  }

  #isExempt(address: Uint8Array): boolean {
    if (address.length === 4) {
      const exempt = this.#exempt4;
      const word = wordOf(address);
      for (let at = 0; at < exempt.length; at += 2) {
        if (((word ^ (exempt[at] ?? 0)) & (exempt[at + 1] ?? 0)) === 0) return true;
      }
      return false;
    }
    for (const prefix of this.#exempt6) if (isInPrefix(address, prefix)) return true;
    return false;
  }

  #hash({ query, zone, referral }: Exchange, kind: Kind, address: Uint8Array): number {
    const factors = this.#factors;
    let hash =
      ((factors[NAME_AT + MAX_NAME_LENGTH] ?? 0) + Math.imul(factors[0] ?? 0, 8 * address.length + kind)) | 0;
    const bits = address.length === 4 ? this.#settings.ipv4Bits : this.#settings.ipv6Bits;
    const whole = bits >> 3;
    for (let at = 0; at < whole; at += 1) {
      hash = (hash + Math.imul(factors[ADDRESS_AT + at] ?? 0, address[at] ?? 0)) | 0;
    }
    if (8 * whole < bits) {
      const octet = (address[whole] ?? 0) & (0xff00 >> (bits & 7));
      hash = (hash + Math.imul(factors[ADDRESS_AT + whole] ?? 0, octet)) | 0;
    }
    if (kind === KIND.ERROR || kind === KIND.BAD_COOKIE) return hash;
    if (kind === KIND.ANSWER) {
      hash = (hash + Math.imul(factors[TYPE_AT] ?? 0, query.type >> 8)) | 0;
      hash = (hash + Math.imul(factors[TYPE_AT + 1] ?? 0, query.type & 0xff)) | 0;
      return this.#hashName(hash, query.name, query.nameLength);
    }
    const name = (kind === KIND.REFERRAL ? referral?.owner : zone?.origin) ?? query.name;
    return this.#hashName(hash, name, name.length);
  }

  #hashName(start: number, name: Uint8Array, length: number): number {
    const factors = this.#factors;
    let hash = start;
    for (let at = 0; at < length; at += 1) {
      hash = (hash + Math.imul(factors[NAME_AT + at] ?? 0, name[at] ?? 0)) | 0;
    }
    return hash;
  }
}

function wordAndMask({ address, length }: Prefix): [word: number, mask: number] {
  // Shifting by 32 would be shifting by 0.
  return [wordOf(address.bytes), length === 0 ? 0 : -1 << (32 - length)];
}

function wordOf(octets: Uint8Array): number {
  return ((octets[0] ?? 0) << 24) | ((octets[1] ?? 0) << 16) | ((octets[2] ?? 0) << 8) | (octets[3] ?? 0);
}

/** What there is no such name for is one response, whatever the name: clients can make up any number. */
function kindOf({ rcode, denial, referral, isFromWildcard }: Exchange): Kind {
  // RFC 9824 §5: such a denial may be NOERROR.
  if (rcode === RCODE.NXDOMAIN || denial === 'name' || denial === 'policy-name') return KIND.DENIAL;
  // RFC 7873 §5.2.3: at least some clients must learn their cookie.
  if (rcode === RCODE.BADCOOKIE) return KIND.BAD_COOKIE;
  if (rcode !== RCODE.NOERROR) return KIND.ERROR;
  if (referral !== undefined) return KIND.REFERRAL;
  return isFromWildcard ? KIND.WILDCARD : KIND.ANSWER;
}
