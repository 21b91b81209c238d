/** Where a message points back to names before (RFC 1035 §4.1.4), for who moves its sections elsewhere. */
import { nameLayout } from './rdata/embedded-names.ts';

/** Octets of type, class, TTL and RDLENGTH. */
const RECORD_HEAD = 10;
const POINTER_FLAG = 0xc0;

/**
 * Notes where the pointers are of records that our writer wrote to `octets[from..end)`, counted from `from`; returns
 * their number, or -1 if there are more than there is room for.
 */
export function findPointers(octets: Uint8Array, from: number, end: number, into: Uint16Array): number {
  let count = 0;
  /** Goes past a name. */
  const pass = (start: number): number => {
    let at = start;
    for (let length = octets[at] ?? 0; length !== 0; length = octets[at] ?? 0) {
      if (length >= POINTER_FLAG) {
        if (count < into.length) into[count] = at - from;
        count += 1;
        return at + 2;
      }
      at += 1 + length;
    }
    return at + 1;
  };
  for (let at = from; at < end; ) {
    const head = pass(at);
    const layout = nameLayout(((octets[head] ?? 0) << 8) | (octets[head + 1] ?? 0));
    const rdata = head + RECORD_HEAD;
    if (layout?.mayCompress === true) {
      let name = rdata + layout.before;
      for (let left = layout.count; left > 0; left -= 1) name = pass(name);
    }
    at = rdata + (((octets[rdata - 2] ?? 0) << 8) | (octets[rdata - 1] ?? 0));
  }
  return count > into.length ? -1 : count;
}
