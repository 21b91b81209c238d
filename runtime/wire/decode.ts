/**
 * Reads a whole message into values, or says what is wrong with it. Compressed names come out
 * uncompressed, in RDATA too (RFC 3597 §4). RFC 1035 §4.1.
 */
import { ByteReader } from '../base/bytes.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { CLASS } from './iana/class.ts';
import { RRTYPE } from './iana/rrtype.ts';
import type { ClassedRecord, Edns, Message, Question } from './message.ts';
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH, ROOT, type WireName } from './name.ts';
import { ednsFromOpt } from './opt-decode.ts';
import { nameLayout } from './rdata/embedded-names.ts';

/** Reads a message; octets behind its last record are a problem. */
export function decodeMessage(bytes: Uint8Array): Result<Message> {
  // Slices of a Buffer share its memory, while those of a Uint8Array are copies that the caller may keep.
  const reader = new ByteReader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const id = reader.u16();
  const flags = reader.u16();
  const counts = [reader.u16(), reader.u16(), reader.u16(), reader.u16()] as const;
  const questions = readMany(reader, counts[0], readQuestion);
  const answers = readMany(reader, counts[1], readRecord);
  const authorities = readMany(reader, counts[2], readRecord);
  const additionals = readMany(reader, counts[3], readRecord);
  if (reader.failed) return fail('Message is malformed or cut short');
  if (!reader.done) return fail(`Message has ${reader.remaining} octets behind its last record`);
  const edns = findEdns(additionals);
  if (!edns.ok) return edns;
  return ok({
    id,
    ...readFlags(flags, edns.value?.rcodeBits ?? 0),
    questions,
    answers,
    authorities,
    additionals: additionals.filter((record) => record.type !== RRTYPE.OPT),
    edns: edns.value?.edns,
  });
}

/** A name has at most 127 labels, and each pointer should lead to at least one. */
const MAX_POINTERS = 127;

/** Scratch memory in which a name is put together; callers get a copy. */
const assembled = new Uint8Array(MAX_NAME_LENGTH);

/** Reads a name that may end in a pointer. Each pointer must lead further back, so there are no loops. */
export function readCompressedName(reader: ByteReader): WireName {
  const { bytes } = reader;
  let { position: at, end } = reader;
  let runStart = at;
  let behind: number | undefined;
  let pointers = 0;
  let size = 0;
  for (;;) {
    const length = bytes[at] ?? 0;
    const next = at + (length > MAX_LABEL_LENGTH ? 2 : 1 + length);
    if (next > end) return malformed(reader);
    if (length > MAX_LABEL_LENGTH) {
      const target = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0);
      pointers++;
      if (length < 0xc0 || target >= runStart || pointers > MAX_POINTERS) return malformed(reader);
      behind ??= next;
      at = target;
      runStart = target;
      end = bytes.length;
    } else {
      if (size + next - at > MAX_NAME_LENGTH) return malformed(reader);
      while (at < next) assembled[size++] = bytes[at++] ?? 0;
      if (length === 0) {
        reader.take((behind ?? at) - reader.position);
        return assembled.slice(0, size);
      }
    }
  }
}

function malformed(reader: ByteReader): WireName {
  reader.fail();
  return ROOT;
}

/** Reads up to `count` items and stops at the first that fails: a large count alone makes no work. */
function readMany<T>(reader: ByteReader, count: number, read: (reader: ByteReader) => T): T[] {
  const items: T[] = [];
  for (let index = 0; index < count && !reader.failed; index++) items.push(read(reader));
  return items;
}

function readQuestion(reader: ByteReader): Question {
  return { name: readCompressedName(reader), type: reader.u16(), class: reader.u16() };
}

function readRecord(reader: ByteReader): ClassedRecord {
  const owner = readCompressedName(reader);
  const type = reader.u16();
  const recordClass = reader.u16();
  const ttl = reader.u32();
  // RFC 2136 §2.4 and §2.5: where an update names a set and no record, there is no data, whatever the type.
  const isOfSet = recordClass === CLASS.ANY || recordClass === CLASS.NONE;
  return { owner, type, class: recordClass, ttl, rdata: readRdata(reader, type, isOfSet) };
}

function readRdata(reader: ByteReader, type: number, mayBeAbsent: boolean): Uint8Array {
  const length = reader.u16();
  const start = reader.position;
  const rdata = reader.take(length);
  const layout = nameLayout(type);
  if (layout === undefined || reader.failed || (length === 0 && mayBeAbsent)) return rdata.slice();
  const inner = new ByteReader(reader.bytes, start, start + length);
  const parts = [inner.take(layout.before)];
  for (let count = 0; count < layout.strings; count++) {
    const length = inner.u8();
    parts.push(Uint8Array.of(length), inner.take(length));
  }
  for (let count = 0; count < layout.count; count++) parts.push(readCompressedName(inner));
  parts.push(inner.rest());
  if (inner.failed) reader.fail();
  return Uint8Array.from(Buffer.concat(parts));
}

function readFlags(flags: number, rcodeBits: number) {
  return {
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0x0f,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: (rcodeBits << 4) | (flags & 0x0f),
  };
}

function findEdns(
  additionals: readonly ClassedRecord[],
): Result<{ edns: Edns; rcodeBits: number } | undefined> {
  const [opt, ...more] = additionals.filter((record) => record.type === RRTYPE.OPT);
  if (opt === undefined) return ok(undefined);
  // RFC 6891 §6.1.1: a message has one OPT record at most.
  if (more.length > 0) return fail('Message has more than one OPT record');
  const edns = ednsFromOpt(opt);
  // RFC 6891 §6.1.3: OPT holds the upper eight bits of the response code.
  return edns.ok ? ok({ edns: edns.value, rcodeBits: opt.ttl >>> 24 }) : edns;
}
