/**
 * An RRset as it stands in the answer to a question for its owner, encoded once for all who ask. What
 * differs from query to query (id, flags, the case of the name, OPT) is elsewhere in the message: an
 * owner that is the question's name is a pointer to it (RFC 1035 §4.1.4).
 */
import { CLASS } from './iana/class.ts';
import { HEADER_LENGTH } from './query.ts';
import { nameLayout } from './rdata/embedded-names.ts';
import type { RRset } from './record.ts';

/** What each record has in front of its RDATA: pointer, type, class, TTL, RDLENGTH. */
export const ENCODED_HEAD = 12;

/**
 * All records of a set, one after the other; `undefined` where names in RDATA are compressed, because how
 * depends on what else is in the message.
 */
export function encodeRRset({ type, ttl, rdatas }: Omit<RRset, 'owner'>): Uint8Array | undefined {
  if (nameLayout(type)?.mayCompress === true) return undefined;
  const length = rdatas.reduce((octets, rdata) => octets + ENCODED_HEAD + rdata.length, 0);
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  let at = 0;
  for (const rdata of rdatas) {
    view.setUint16(at, 0xc000 | HEADER_LENGTH);
    view.setUint16(at + 2, type);
    view.setUint16(at + 4, CLASS.IN);
    view.setUint32(at + 6, ttl);
    view.setUint16(at + 10, rdata.length);
    octets.set(rdata, at + ENCODED_HEAD);
    at += ENCODED_HEAD + rdata.length;
  }
  return octets;
}
