/**
 * Texts of clients' networks, such as `192.0.2.0/24`, kept so that the next query from one of them
 * finds its text made: policies read it, and the memo goes by it.
 */
import { hashWords } from '../../base/hash-words.ts';
import { type Address, maskAddress, prefixToText } from '../../base/net/ip.ts';

/** Networks kept. A network stands in the one place its bits lead to. */
const PLACES = 4096;
/** A copy of it is made in a moment, and holds texts only. */
const NO_TEXTS: readonly string[] = Array.from({ length: PLACES }, () => '');

export class SubnetTexts {
  /** Of each network: 64 bits of its address, then its length and family. */
  readonly #upper = new Uint32Array(PLACES);
  readonly #lower = new Uint32Array(PLACES);
  readonly #kinds = new Uint16Array(PLACES);
  readonly #texts = NO_TEXTS.slice();

  /** The text of the network of an address; at most 64 bits long. */
  text(address: Address, length: number): string {
    const { bytes, family } = address;
    const upper = maskedWord(bytes, 0, length);
    const lower = family === 4 ? 0 : maskedWord(bytes, 4, length - 32);
    const kind = length * 2 + (family === 4 ? 0 : 1);
    const place = hashWords(upper, lower ^ kind) & (PLACES - 1);
    const known = this.#texts[place] ?? '';
    const isKnown =
      known !== '' &&
      this.#upper[place] === upper &&
      this.#lower[place] === lower &&
      this.#kinds[place] === kind;
    if (isKnown) return known;
    const text = prefixToText({ address: maskAddress(address, length), length });
    this.#upper[place] = upper;
    this.#lower[place] = lower;
    this.#kinds[place] = kind;
    this.#texts[place] = text;
    return text;
  }
}

/** Four octets, of which the first `length` bits count. */
function maskedWord(bytes: Uint8Array, at: number, length: number): number {
  if (length <= 0) return 0;
  const word =
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0);
  return (length >= 32 ? word : word & (-1 << (32 - length))) >>> 0;
}
