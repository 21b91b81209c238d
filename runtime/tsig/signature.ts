/**
 * Signed exchanges (RFC 8945 §5): a request, and one or more messages in answer to it. Each MAC covers the
 * one before, so that an attacker can remove, add or move no message.
 */
import { fail, ok, type Result } from '../base/result.ts';
import { TSIG_ERROR, type TsigError, tsigErrorToText } from '../wire/iana/tsig.ts';
import { namesEqual } from '../wire/name.ts';
import {
  findTsig,
  readTsig,
  type Tsig,
  tsigTimers,
  tsigVariables,
  withoutTsig,
  withTsig,
} from '../wire/tsig.ts';
import { findKey, isMacOf, type Keyring, macLength, macOf, type TsigKey } from './tsig-key.ts';

/** Seconds by which the clocks of client and server may differ (RFC 8945 §10). */
const FUDGE = 300;
/** RFC 8945 §5.3.1: the most unsigned messages between two signed ones. */
const MOST_UNSIGNED = 99;

export type Checked =
  /** `bare` is the message as it was before it was signed. */
  | { readonly kind: 'good'; readonly key: TsigKey; readonly tsig: Tsig; readonly bare: Uint8Array }
  /** `key` is set if the reply must be signed (RFC 8945 §5.3.2). */
  | {
      readonly kind: 'bad';
      readonly error: TsigError;
      readonly tsig: Tsig;
      readonly key: TsigKey | undefined;
    }
  | { readonly kind: 'malformed' };

/** Verifies a request whose TSIG record begins at `at`; `now` is in seconds since 1970. */
export function checkRequest(message: Uint8Array, at: number, keys: Keyring, now: number): Checked {
  const tsig = readTsig(message, at);
  if (tsig === undefined) return { kind: 'malformed' };
  const key = findKey(keys, tsig.keyName, tsig.algorithm);
  if (key === undefined) return { kind: 'bad', error: TSIG_ERROR.BADKEY, tsig, key };
  const length = macLength(key, tsig.mac);
  if (length === 'malformed') return { kind: 'malformed' };
  const bare = withoutTsig(message, at, tsig.originalId);
  if (!isMacOf(key, [bare, tsigVariables(tsig)], tsig.mac)) {
    return { kind: 'bad', error: TSIG_ERROR.BADSIG, tsig, key: undefined };
  }
  if (isOffTime(tsig, now)) return { kind: 'bad', error: TSIG_ERROR.BADTIME, tsig, key };
  // RFC 8945 §5.2.2.1: each server decides whether it accepts shorter MACs.
  if (length === 'short') return { kind: 'bad', error: TSIG_ERROR.BADTRUNC, tsig, key };
  return { kind: 'good', key, tsig, bare };
}

/** Signs the messages of one side of an exchange, one after the other. */
export class Signer {
  readonly #key: TsigKey;
  readonly #clock: () => number;
  /** The MAC of the last message, which is signed with the next one. */
  #prior: readonly Uint8Array[];
  #isFirst = true;

  /** For answers, `requestMac` is the MAC of the request. `clock` returns milliseconds since 1970. */
  constructor(key: TsigKey, requestMac: Uint8Array | undefined, clock: () => number = Date.now) {
    this.#key = key;
    this.#clock = clock;
    this.#prior = requestMac === undefined ? [] : withLength(requestMac);
  }

  /** Adds a TSIG record to a message. `saying` sets fields of the record other than the MAC. */
  sign(message: Uint8Array, saying: Partial<Tsig> = {}): { signed: Uint8Array; mac: Uint8Array } {
    const { name, algorithmName } = this.#key;
    const tsig: Tsig = {
      keyName: name,
      algorithm: algorithmName,
      timeSigned: Math.floor(this.#clock() / 1000),
      fudge: FUDGE,
      mac: NOTHING,
      originalId: (message[0] ?? 0) * 256 + (message[1] ?? 0),
      error: TSIG_ERROR.NOERROR,
      otherData: NOTHING,
      ...saying,
    };
    // RFC 8945 §5.3.1: after the first message only the timers of the record are signed.
    const last = this.#isFirst ? tsigVariables(tsig) : tsigTimers(tsig);
    const mac = macOf(this.#key, [...this.#prior, message, last]);
    this.#prior = withLength(mac);
    this.#isFirst = false;
    return { signed: withTsig(message, { ...tsig, mac }), mac };
  }
}

/** The most octets that a TSIG record of this key takes. */
export function tsigRoom({ name, algorithmName }: Pick<TsigKey, 'name' | 'algorithmName'>): number {
  return name.length + 10 + algorithmName.length + 16 + LONGEST_MAC + TIME_OCTETS;
}

/** Adds an unsigned TSIG record with an error to a message (RFC 8945 §5.3.2). */
export function withUnsignedError(message: Uint8Array, tsig: Tsig, error: TsigError): Uint8Array {
  return withTsig(message, { ...tsig, mac: NOTHING, error, otherData: NOTHING });
}

/** The other data of a BADTIME record: the server's time (RFC 8945 §5.2.3). */
export function timeOctets(milliseconds: number): Uint8Array {
  const octets = Buffer.alloc(TIME_OCTETS);
  octets.writeUIntBE(Math.floor(milliseconds / 1000), 0, TIME_OCTETS);
  return octets;
}

/** Verifies the messages that answer a signed request, one after the other. */
export class AnswerCheck {
  readonly #key: TsigKey;
  readonly #clock: () => number;
  #prior: readonly Uint8Array[];
  #unsigned: Uint8Array[] = [];
  #isFirst = true;

  constructor(key: TsigKey, requestMac: Uint8Array, clock: () => number = Date.now) {
    this.#key = key;
    this.#clock = clock;
    this.#prior = withLength(requestMac);
  }

  /** Whether a signature covers all messages so far, as it must at the end. */
  get isProven(): boolean {
    return !this.#isFirst && this.#unsigned.length === 0;
  }

  /** Verifies the next message; returns it without its TSIG record, or says what is wrong with it. */
  next(message: Uint8Array): Result<Uint8Array> {
    const at = findTsig(message);
    if (at === undefined) return this.#takeUnsigned(message);
    const tsig = readTsig(message, at);
    if (tsig === undefined) return fail('its TSIG record is malformed');
    if (tsig.error !== TSIG_ERROR.NOERROR && tsig.mac.length === 0) {
      return fail(`the server says ${tsigErrorToText(tsig.error)}`);
    }
    const key = this.#key;
    if (!namesEqual(tsig.keyName, key.name) || !namesEqual(tsig.algorithm, key.algorithmName)) {
      return fail('it is signed with another key');
    }
    if (macLength(key, tsig.mac) !== 'full') return fail('its MAC has a wrong length');
    const bare = withoutTsig(message, at, tsig.originalId);
    const last = this.#isFirst ? tsigVariables(tsig) : tsigTimers(tsig);
    if (!isMacOf(key, [...this.#prior, ...this.#unsigned, bare, last], tsig.mac)) {
      return fail('its signature is wrong');
    }
    if (tsig.error !== TSIG_ERROR.NOERROR) return fail(`the server says ${tsigErrorToText(tsig.error)}`);
    if (isOffTime(tsig, this.#clock() / 1000)) return fail('it was signed too long ago, or its clock is off');
    this.#prior = withLength(tsig.mac);
    this.#unsigned = [];
    this.#isFirst = false;
    return ok(bare);
  }

  #takeUnsigned(message: Uint8Array): Result<Uint8Array> {
    if (this.#isFirst) return fail('it is not signed');
    this.#unsigned.push(Uint8Array.from(message));
    return this.#unsigned.length > MOST_UNSIGNED ? fail('too many messages are not signed') : ok(message);
  }
}

const NOTHING = new Uint8Array(0);
const LONGEST_MAC = 64;
const TIME_OCTETS = 6;

/** Whether a message was signed too long before or after now (RFC 8945 §5.2.3). */
function isOffTime({ timeSigned, fudge }: Tsig, now: number): boolean {
  return Math.abs(now - timeSigned) > fudge;
}

/** RFC 8945 §4.3: a MAC that is signed together with a message has its length in front. */
function withLength(mac: Uint8Array): readonly Uint8Array[] {
  return [Uint8Array.of(mac.length >> 8, mac.length & 0xff), mac];
}
