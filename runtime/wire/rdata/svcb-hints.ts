/** The address hints of SVCB and HTTPS records, `ipv4hint` and `ipv6hint` (RFC 9460 §7.3). */
import { SVC_PARAM } from '../iana/svc-param.ts';
import { nameLengthAt } from '../name.ts';

/** Octets of key and length. */
const PARAM_HEAD = 4;

/**
 * The RDATA without hints of addresses that are gone; without the whole parameter, if none is left. A parameter that is
 * mandatory stays, with all of its addresses (RFC 9460 §8).
 */
export function withoutHints(rdata: Uint8Array, isGone: (address: Uint8Array) => boolean): Uint8Array {
  const octets = Buffer.from(rdata.buffer, rdata.byteOffset, rdata.length);
  const from = 2 + (nameLengthAt(rdata, 2) ?? 0);
  const parts: Uint8Array[] = [octets.subarray(0, from)];
  let mandatory: Uint8Array = octets.subarray(0, 0);
  for (let at = from; at + PARAM_HEAD <= octets.length; ) {
    const [key, length] = [octets.readUInt16BE(at), octets.readUInt16BE(at + 2)];
    const param = octets.subarray(at, at + PARAM_HEAD + length);
    const value = param.subarray(PARAM_HEAD);
    if (key === SVC_PARAM.mandatory) mandatory = value;
    const width = widthOf(key);
    parts.push(width === 0 || isAmong(mandatory, key) ? param : hintsLeft(key, value, width, isGone));
    at += PARAM_HEAD + length;
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Octets of an address; 0 of what is no hint. */
function widthOf(key: number): number {
  if (key === SVC_PARAM.ipv4hint) return 4;
  return key === SVC_PARAM.ipv6hint ? 16 : 0;
}

function isAmong(mandatory: Uint8Array, key: number): boolean {
  for (let at = 0; at + 1 < mandatory.length; at += 2)
    if ((mandatory[at] ?? 0) * 256 + (mandatory[at + 1] ?? 0) === key) return true;
  return false;
}

function hintsLeft(
  key: number,
  value: Uint8Array,
  width: number,
  isGone: (address: Uint8Array) => boolean,
): Uint8Array {
  const left: Uint8Array[] = [];
  for (let at = 0; at < value.length; at += width) {
    const address = value.subarray(at, at + width);
    if (!isGone(address)) left.push(address);
  }
  if (left.length === 0) return new Uint8Array(0);
  const head = Buffer.alloc(PARAM_HEAD);
  head.writeUInt16BE(key, 0);
  head.writeUInt16BE(left.length * width, 2);
  return Buffer.concat([head, ...left]);
}
