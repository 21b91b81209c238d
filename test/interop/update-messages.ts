/** UPDATE messages (RFC 2136) written octet by octet, sent over TCP and signed; and the zones that come of them. */
import assert from 'node:assert/strict';
import { on } from 'node:events';
import { connect } from 'node:net';
import type { Result } from '../../runtime/base/result.ts';
import { askTcpStream } from '../../runtime/client/tcp.ts';
import { AnswerCheck, Signer } from '../../runtime/tsig/signature.ts';
import type { TsigKey } from '../../runtime/tsig/tsig-key.ts';
import { CLASS } from '../../runtime/wire/iana/class.ts';
import { OPCODE } from '../../runtime/wire/iana/opcode.ts';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { ClassedRecord } from '../../runtime/wire/message.ts';
import { framed, MessageReader } from '../../runtime/wire/message-reader.ts';
import { canonicalName, nameToText, type WireName } from '../../runtime/wire/name.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { findTsig } from '../../runtime/wire/tsig.ts';
import { hex } from '../support/wire.ts';
import { record } from '../update/sample-zone.ts';

const PATIENCE_MS = 6000;
const ID = [0x12, 0x34] as const;

/** What an UPDATE message says; each section as lines that `record` reads. Data may be octets: `www 60 IN A !c0000201`. */
export interface UpdateText {
  readonly prerequisites?: readonly string[];
  readonly updates?: readonly string[];
  /** Of the zone section, `name type class`, if it is not the zone itself. */
  readonly zones?: readonly { readonly name: WireName; readonly type: number; readonly class: number }[];
  /** Octets behind all that. */
  readonly trailing?: Uint8Array;
  /** What UPCOUNT says, where that is not how many updates there are. */
  readonly updateCount?: number;
}

export function encodeUpdate(origin: WireName, text: UpdateText): Uint8Array {
  const { prerequisites = [], updates = [], trailing = new Uint8Array() } = text;
  const zones = text.zones ?? [{ name: origin, type: RRTYPE.SOA, class: CLASS.IN }];
  const read = (lines: readonly string[]): Buffer[] =>
    lines.map((line) => recordOctets(recordIn(line, origin)));
  const counts = [zones.length, prerequisites.length, text.updateCount ?? updates.length, 0];
  return Buffer.concat([
    words(ID[0] * 256 + ID[1], OPCODE.UPDATE << 11, ...counts),
    ...zones.flatMap((zone) => [zone.name, words(zone.type, zone.class)]),
    ...read(prerequisites),
    ...read(updates),
    trailing,
  ]);
}

function recordIn(line: string, origin: WireName): ClassedRecord {
  const [, before, octets] = /^([^"]*) !([0-9a-f]*)$/.exec(line) ?? [];
  if (before === undefined) return record(line, origin);
  return { ...record(before, origin), rdata: hex(octets ?? '') };
}

function recordOctets({ owner, type, class: itsClass, ttl, rdata }: ClassedRecord): Buffer {
  return Buffer.concat([owner, words(type, itsClass, ttl >>> 16, ttl & 0xffff, rdata.length), rdata]);
}

function words(...values: number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

export interface UpdateReply {
  /** Or `no reply`. */
  readonly rcode: string;
  readonly isSigned: boolean;
}

/** The reply to a message that is sent over TCP and signed. */
export async function sendSigned(port: number, message: Uint8Array, key: TsigKey): Promise<UpdateReply> {
  const { signed, mac } = new Signer(key, undefined).sign(message);
  const socket = connect(port, '127.0.0.1');
  const reader = new MessageReader();
  try {
    socket.write(framed(signed));
    const limit = AbortSignal.timeout(PATIENCE_MS);
    for await (const [chunk] of on(socket, 'data', { signal: limit, close: ['end', 'close'] })) {
      reader.append(chunk as Buffer);
      const reply = reader.next();
      if (reply === undefined) continue;
      assert.deepEqual([...reply.subarray(0, 2)], ID, 'its id');
      // RFC 2136 §2.2: of the flags, QR and the opcode alone are set.
      assert.equal(reply[2], 0x80 | (OPCODE.UPDATE << 3), 'its flags');
      const isSigned = findTsig(reply) !== undefined;
      if (isSigned) assert.equal(problemOf(new AnswerCheck(key, mac).next(reply)), undefined);
      return { rcode: rcodeToText((reply[3] ?? 0) & 15), isSigned };
    }
    return { rcode: 'no reply', isSigned: false };
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    return { rcode: 'no reply', isSigned: false };
  } finally {
    socket.destroy();
  }
}

function problemOf(checked: Result<unknown>): string | undefined {
  return checked.ok ? undefined : checked.problem;
}

export interface ZoneContent {
  readonly serial: number;
  /** Each record as text, its owner in lower case; the SOA has the serial 0. */
  readonly records: readonly string[];
}

/** A zone as a server gives it away. */
export async function transfer(port: number, origin: WireName, key: TsigKey): Promise<ZoneContent> {
  const records: ClassedRecord[] = [];
  const at = { address: '127.0.0.1', port };
  const inquiry = { name: origin, type: RRTYPE.AXFR };
  const options = { timeoutMs: PATIENCE_MS, key, mostOctets: 1 << 24 };
  const problem = await askTcpStream(at, inquiry, options, ({ rcode, answers }) => {
    assert.equal(rcodeToText(rcode), 'NOERROR', nameToText(origin));
    records.push(...answers);
    return records.filter(({ type }) => type === RRTYPE.SOA).length > 1 ? 'done' : 'more';
  });
  assert.equal(problem, undefined);
  const [first, ...others] = records.slice(0, -1);
  const soa = soaFromRdata(first?.rdata ?? new Uint8Array()) ?? assert.fail('no SOA');
  const octets = Buffer.from(first?.rdata ?? []);
  octets.writeUInt32BE(0, octets.length - 20);
  const all = [...(first === undefined ? [] : [{ ...first, rdata: Uint8Array.from(octets) }]), ...others];
  const texts = all.map((one) => recordToText({ ...one, owner: canonicalName(one.owner) }));
  return { serial: soa.serial, records: texts.sort() };
}
