/**
 * The TSIG record as octets and as values, and the octets that it signs (RFC 8945 §4). tsig/ has the keys and
 * verifies signatures.
 *
 *     owner: the key | TYPE 250 | CLASS ANY | TTL 0 | RDLENGTH
 *     algorithm | time signed: 48 bits | fudge: 16 | MAC size: 16 | MAC
 *     original id: 16 | error: 16 | other length: 16 | other data
 */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import { readCompressedName } from './decode.ts';
import { CLASS } from './iana/class.ts';
import { RRTYPE } from './iana/rrtype.ts';
import { canonicalName, MAX_NAME_LENGTH, type WireName } from './name.ts';
import { HEADER_LENGTH, skipName, skipQuestion } from './query.ts';

export interface Tsig {
  /** The name of the key; it and the algorithm are in lower case. */
  readonly keyName: WireName;
  readonly algorithm: WireName;
  /** Seconds since 1970. */
  readonly timeSigned: number;
  /** Seconds by which the clocks of client and server may differ. */
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: number;
  readonly otherData: Uint8Array;
}

/** Reads the record that begins at `at` and is the last of its message; `undefined` if it is malformed. */
export function readTsig(message: Uint8Array, at: number): Tsig | undefined {
  const reader = new ByteReader(message, at);
  const keyName = canonicalName(readCompressedName(reader));
  const isTsig = reader.u16() === RRTYPE.TSIG && reader.u16() === CLASS.ANY && reader.u32() === 0;
  const length = reader.u16();
  if (!isTsig || length !== reader.remaining) return undefined;
  const tsig: Tsig = {
    keyName,
    algorithm: canonicalName(readCompressedName(reader)),
    timeSigned: reader.u16() * 2 ** 32 + reader.u32(),
    fudge: reader.u16(),
    mac: reader.take(reader.u16()).slice(),
    originalId: reader.u16(),
    error: reader.u16(),
    otherData: reader.take(reader.u16()).slice(),
  };
  return reader.done ? tsig : undefined;
}

/** The octets of the record. */
export function tsigRecord(tsig: Tsig): Uint8Array {
  const rdata = new ByteWriter(MAX_NAME_LENGTH + 16 + tsig.mac.length + tsig.otherData.length);
  rdata.write(tsig.algorithm);
  writeTimers(rdata, tsig);
  rdata.u16(tsig.mac.length);
  rdata.write(tsig.mac);
  rdata.u16(tsig.originalId);
  writeError(rdata, tsig);
  const record = new ByteWriter(tsig.keyName.length + 10 + rdata.length);
  record.write(tsig.keyName);
  record.u16(RRTYPE.TSIG);
  record.u16(CLASS.ANY);
  record.u32(0);
  record.u16(rdata.length);
  record.write(rdata.toBytes());
  return record.toBytes();
}

/** RFC 8945 §4.3.3: the fields of the record that are signed together with its message. */
export function tsigVariables(tsig: Tsig): Uint8Array {
  const out = new ByteWriter(2 * MAX_NAME_LENGTH + 18 + tsig.otherData.length);
  out.write(tsig.keyName);
  out.u16(CLASS.ANY);
  out.u32(0);
  out.write(tsig.algorithm);
  writeTimers(out, tsig);
  writeError(out, tsig);
  return out.toBytes();
}

/**
 * RFC 8945 §5.3.1: the fields signed together with each message after the first, where a response has
 * several.
 */
export function tsigTimers(tsig: Tsig): Uint8Array {
  const out = new ByteWriter(8);
  writeTimers(out, tsig);
  return out.toBytes();
}

/**
 * RFC 8945 §4.3.1: the message before it was signed: without the record at `at`, and with its original id.
 */
export function withoutTsig(message: Uint8Array, at: number, originalId: number): Uint8Array {
  const bare = Uint8Array.from(message.subarray(0, at));
  put16(bare, 0, originalId);
  addToAdditionals(bare, -1);
  return bare;
}

/** The message with a TSIG record added. */
export function withTsig(message: Uint8Array, tsig: Tsig): Uint8Array {
  const record = tsigRecord(tsig);
  const signed = new Uint8Array(message.length + record.length);
  signed.set(message);
  signed.set(record, message.length);
  addToAdditionals(signed, 1);
  return signed;
}

/**
 * Where the TSIG record of a message begins: `undefined` if there is none, if it is not the last record
 * (RFC 8945 §5.1), or if the message is malformed before it.
 */
export function findTsig(message: Uint8Array): number | undefined {
  const counts = [4, 6, 8, 10].map((at) => (message[at] ?? 0) * 256 + (message[at + 1] ?? 0));
  const [questions = 0, answers = 0, authorities = 0, additionals = 0] = counts;
  const records = answers + authorities + additionals;
  if (additionals === 0) return undefined;
  let at = HEADER_LENGTH;
  for (let count = 0; count < questions && at > 0; count++) at = skipQuestion(message, at);
  for (let count = 1; count < records && at > 0; count++) at = skipRecord(message, at);
  const fixed = at > 0 ? skipName(message, at) : at;
  const isTsig = fixed > 0 && (message[fixed] ?? 0) * 256 + (message[fixed + 1] ?? 0) === RRTYPE.TSIG;
  return isTsig ? at : undefined;
}

function skipRecord(message: Uint8Array, at: number): number {
  const fixed = skipName(message, at);
  if (fixed < 0 || fixed + 10 > message.length) return -1;
  return fixed + 10 + (message[fixed + 8] ?? 0) * 256 + (message[fixed + 9] ?? 0);
}

function writeTimers(out: ByteWriter, { timeSigned, fudge }: Tsig): void {
  out.u16(Math.floor(timeSigned / 2 ** 32));
  out.u32(timeSigned % 2 ** 32);
  out.u16(fudge);
}

function writeError(out: ByteWriter, { error, otherData }: Tsig): void {
  out.u16(error);
  out.u16(otherData.length);
  out.write(otherData);
}

function addToAdditionals(message: Uint8Array, more: number): void {
  put16(message, 10, (message[10] ?? 0) * 256 + (message[11] ?? 0) + more);
}

function put16(message: Uint8Array, at: number, value: number): void {
  message[at] = value >> 8;
  message[at + 1] = value & 0xff;
}
