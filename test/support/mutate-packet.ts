/** Messages with something wrong in them: the same for the same `random`, which yields numbers from 0 up to 1. */
import { pick } from './mutate.ts';

/** Lengths of labels and what looks like them, pointers, ends of ranges. */
const OCTETS = [0, 1, 12, 0x29, 0x3f, 0x40, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xff] as const;
/** Counts, sizes, types, classes, options, pointers to the question and in a circle. */
const WORDS = [
  0, 1, 2, 3, 5, 6, 8, 10, 11, 12, 16, 39, 41, 249, 250, 251, 252, 254, 255, 256, 512, 1232, 4096, 0x8000,
  0xc000, 0xc00c, 0xc01c, 0xffff,
] as const;
const HEADER_OCTETS = 12;
/** Of a part that is moved, doubled or made up. */
const MOST_MOVED = 300;

/** A copy of a message with up to four things changed; parts of `other` may get into it. */
export function mutatePacket(packet: Uint8Array, other: Uint8Array, random: () => number): Buffer {
  let mutated = Buffer.from(packet);
  // Most often one: what is wrong in many ways is mostly wrong in the first.
  for (let times = Math.floor(5 * random() * random()); times >= 0; times -= 1) {
    mutated = spoil(mutated, other, random);
  }
  return mutated;
}

function spoil(packet: Buffer<ArrayBuffer>, other: Uint8Array, random: () => number): Buffer<ArrayBuffer> {
  const at = below(packet.length, random);
  switch (below(15, random)) {
    case 0:
      packet[at] = (packet[at] ?? 0) ^ (1 << below(8, random));
      return packet;
    case 1:
      packet[at] = pick(OCTETS, random);
      return packet;
    case 2:
      return putWord(packet, at, pick(WORDS, random));
    case 3:
      return putWord(packet, 4 + 2 * below(4, random), pick(WORDS, random));
    case 4:
      return putWord(packet, 2, below(0x10000, random) & (random() < 0.8 ? 0x7fff : 0xffff));
    case 5:
      return packet.subarray(0, random() < 0.2 ? below(HEADER_OCTETS + 1, random) : at);
    case 6:
      return Buffer.concat([packet, someOctets(random)]);
    case 7:
      return Buffer.concat([packet.subarray(0, at), packet.subarray(at + 1 + below(8, random))]);
    case 8:
      return Buffer.concat([packet.subarray(0, at), someOctets(random), packet.subarray(at)]);
    case 9: {
      const part = packet.subarray(at, at + below(MOST_MOVED, random));
      const to = below(packet.length, random);
      return Buffer.concat([packet.subarray(0, to), part, packet.subarray(to)]);
    }
    case 10:
      return Buffer.concat([packet.subarray(0, at), other.subarray(below(other.length, random))]);
    default:
      return swapCases(packet, random);
  }
}

function putWord(packet: Buffer<ArrayBuffer>, at: number, word: number): Buffer<ArrayBuffer> {
  if (at + 2 <= packet.length) packet.writeUInt16BE(word, at);
  return packet;
}

/** As resolvers do to names, so that answers are harder to forge. */
function swapCases(packet: Buffer<ArrayBuffer>, random: () => number): Buffer<ArrayBuffer> {
  for (let at = HEADER_OCTETS; at < packet.length; at += 1) {
    const isLetter = /[a-z]/i.test(String.fromCharCode(packet[at] ?? 0));
    if (isLetter && random() < 0.5) packet[at] = (packet[at] ?? 0) ^ 0x20;
  }
  return packet;
}

function someOctets(random: () => number): Uint8Array {
  return Uint8Array.from({ length: below(random() < 0.9 ? 16 : MOST_MOVED, random) }, () =>
    below(256, random),
  );
}

function below(limit: number, random: () => number): number {
  return Math.floor(limit * random());
}
