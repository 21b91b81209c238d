/**
 * Sends long messages to an answer process, which has queries to answer: in parts that are parsed in no time,
 * each of them once the process has read the one before.
 */

import type { ToAnswer } from '../../rpc/control-protocol.ts';
import type { SentOctets, SentZone } from '../../rpc/zone-update.ts';

/** Messages of which the next is sent once the process has said `taken`. */
export type PacedMessage = Extract<
  ToAnswer,
  { t: 'zones' | 'octets' | 'signing-keys' | 'health' | 'overrides' | 'aliases' }
>;

/** About how many characters a message may have. */
const MOST_CHARACTERS = 96 * 1024;
/** Characters around each value in a message. */
const AROUND = 64;

export class PacedChannel {
  readonly #send: (message: PacedMessage) => void;
  readonly #queue: PacedMessage[] = [];
  #isOut = false;
  #nextPieces = 1;

  constructor(send: (message: PacedMessage) => void) {
    this.#send = send;
  }

  send(message: PacedMessage): void {
    this.#queue.push(message);
    this.#next();
  }

  /** Called when the process has read the last message. */
  noteTaken(): void {
    this.#isOut = false;
    this.#next();
  }

  /** Returns the zone with octets that fit into its message: longer ones are sent ahead of it, in pieces. */
  cutDown({ image, history, signed, policy, ...rest }: SentZone): SentZone {
    const cut = {
      ...rest,
      image: this.#cutOctets(image),
      ...(history && { history: this.#cutOctets(history) }),
      ...(signed && { signed: this.#cutOctets(signed) }),
    };
    return policy === undefined ? cut : { ...cut, policy: { ...policy, body: this.#cutOctets(policy.body) } };
  }

  #cutOctets(sent: SentOctets): SentOctets {
    if (!('base64' in sent) || sent.base64.length <= MOST_CHARACTERS / 2) return sent;
    const { base64 } = sent;
    const id = this.#nextPieces++;
    const size = Buffer.byteLength(base64, 'base64');
    for (let at = 0; at < base64.length; at += MOST_CHARACTERS) {
      const piece = base64.slice(at, at + MOST_CHARACTERS);
      this.send({ t: 'octets', id, size, at: (at / 4) * 3, base64: piece });
    }
    return { pieces: id };
  }

  #next(): void {
    if (this.#isOut) return;
    const message = this.#queue.shift();
    if (message === undefined) return;
    this.#isOut = true;
    this.#send(message);
  }
}

/** What it costs a process to take a zone, in characters that are parsed in the same time. */
const TO_TAKE = 1024;
/** Characters for the types that one host may answer. */
const OF_HOST = 32;

/** About how many characters a zone adds to a message; octets in a file add none. */
export function charactersOf(sent: SentZone): number {
  const { zone, image, history, signed, policy, broken = '', signing } = sent;
  const octets = [image, history, signed, policy?.body].map((part) =>
    part && 'base64' in part ? part.base64.length : 0,
  );
  const hosts = signing !== undefined && 'hostTypes' in signing ? signing.hostTypes.length : 0;
  const rest = TO_TAKE + zone.length + broken.length + OF_HOST * hosts;
  return octets.reduce((sum, characters) => sum + characters, rest);
}

/** Cuts a list into parts of which each fits into one message. */
export function inParts<T>(all: readonly T[], charactersOf: (one: T) => number): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const one of all) {
    const characters = AROUND + charactersOf(one);
    if (characters > room) {
      parts.push([]);
      room = MOST_CHARACTERS;
    }
    parts.at(-1)?.push(one);
    room -= characters;
  }
  return parts;
}
