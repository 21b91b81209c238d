/**
 * Cookies of ours: making them, and knowing them again (RFC 7873, as RFC 9018 §4 has them made).
 * Nothing is kept of a client: the hash in its cookie is over its address and its own cookie, under a
 * secret, so whoever sends it was sent it before, at that address. Every server that has the secret knows it.
 */
import { type PeerAddress, readPeer } from '../../base/net/ip.ts';
import { sipHash, sipHashKey } from '../../base/sip-hash.ts';
import type { CookieSettings } from '../../rpc/answer-settings.ts';
import {
  CLIENT_COOKIE_OCTETS,
  COOKIE_HASH_AT,
  COOKIE_OCTETS,
  COOKIE_TIMESTAMP_AT,
  COOKIE_VERSION_AT,
} from '../../wire/cookie.ts';

const VERSION = 1;
/** RFC 9018 §4.3: seconds a cookie may be old, and seconds it may be ahead of us. */
const OLDEST = 3600;
const AHEAD = 300;
/** RFC 9018 §4.3: seconds after which a client is given another. */
const RENEW_AFTER = 1800;

export class ServerCookies {
  /** The cookie of the response to the query last read: the client's part, and ours. */
  readonly reply = new Uint8Array(COOKIE_OCTETS);
  readonly #now: () => number;
  /** The first makes cookies, all are accepted. */
  #secrets: readonly Int32Array[] = [];
  #isRequired = false;
  /** What is hashed: a cookie up to its hash, then 4 or 16 octets of address. */
  readonly #input = new Uint8Array(COOKIE_HASH_AT + 16);
  readonly #address = this.#input.subarray(COOKIE_HASH_AT);
  #inputEnd = COOKIE_HASH_AT;
  readonly #hash = new Uint8Array(COOKIE_OCTETS - COOKIE_HASH_AT);

  /** `now` yields seconds since 1970. */
  constructor(now = (): number => Math.floor(Date.now() / 1000)) {
    this.#now = now;
  }

  /** Goes by these from now on. */
  use({ secrets, isRequired }: CookieSettings): void {
    this.#secrets = secrets.map((secret) => sipHashKey(Buffer.from(secret, 'hex')));
    this.#isRequired = isRequired;
  }

  /** Whether there are cookies at all. */
  get isOn(): boolean {
    return this.#secrets.length > 0;
  }

  /** Whether UDP clients that know cookies get no answer without one of ours. */
  get isRequired(): boolean {
    return this.#isRequired;
  }

  /** Whether the cookie `packet[at..at + length)` is ours, for this client and now. Makes the {@link reply} either way. */
  read(packet: Uint8Array, at: number, length: number, client: PeerAddress): boolean {
    this.#inputEnd = COOKIE_HASH_AT + (readPeer(client, this.#address) === 4 ? 4 : 16);
    const now = this.#now() | 0;
    const secret = length === COOKIE_OCTETS ? this.#secretOf(packet, at, now) : -1;
    const isYoung = secret === 0 && this.#ageAt(now) < RENEW_AFTER;
    if (isYoung) copy(packet, at, this.reply, 0, COOKIE_OCTETS);
    else this.#renew(packet, at, now);
    return secret !== -1;
  }

  /** Which secret made the cookie, -1 if none that counts did. */
  #secretOf(packet: Uint8Array, at: number, now: number): number {
    // RFC 9018 §4.1: what is reserved goes into the hash as it came.
    copy(packet, at, this.#input, 0, COOKIE_HASH_AT);
    const age = this.#ageAt(now);
    if (this.#input[COOKIE_VERSION_AT] !== VERSION || age > OLDEST || age < -AHEAD) return -1;
    for (let index = 0; index < this.#secrets.length; index += 1) {
      if (this.#isHash(index, packet, at + COOKIE_HASH_AT)) return index;
    }
    return -1;
  }

  /** Compares all octets, whatever the first say: how long it takes tells nothing of the right ones. */
  #isHash(secret: number, packet: Uint8Array, at: number): boolean {
    this.#hashWith(secret);
    let difference = 0;
    for (let index = 0; index < this.#hash.length; index += 1) {
      difference |= (this.#hash[index] ?? 0) ^ (packet[at + index] ?? 0);
    }
    return difference === 0;
  }

  #renew(packet: Uint8Array, at: number, now: number): void {
    const input = this.#input;
    copy(packet, at, input, 0, CLIENT_COOKIE_OCTETS);
    input.fill(0, CLIENT_COOKIE_OCTETS, COOKIE_TIMESTAMP_AT);
    input[COOKIE_VERSION_AT] = VERSION;
    for (let index = 0; index < 4; index += 1) input[COOKIE_TIMESTAMP_AT + index] = now >>> (24 - 8 * index);
    this.#hashWith(0);
    copy(input, 0, this.reply, 0, COOKIE_HASH_AT);
    copy(this.#hash, 0, this.reply, COOKIE_HASH_AT, this.#hash.length);
  }

  #hashWith(secret: number): void {
    const key = this.#secrets[secret];
    if (key !== undefined) sipHash(key, this.#input, this.#inputEnd, this.#hash);
  }

  /** Seconds, by serial number arithmetic (RFC 9018 §4.3, RFC 1982). */
  #ageAt(now: number): number {
    let timestamp = 0;
    for (let index = 0; index < 4; index += 1) {
      timestamp = (timestamp << 8) | (this.#input[COOKIE_TIMESTAMP_AT + index] ?? 0);
    }
    return (now - timestamp) | 0;
  }
}

/** Quicker for so few octets than a view of them to hand to `set`. */
function copy(from: Uint8Array, at: number, to: Uint8Array, toAt: number, octets: number): void {
  for (let index = 0; index < octets; index += 1) to[toAt + index] = from[at + index] ?? 0;
}
