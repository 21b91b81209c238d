/** Recorded queries as octets: the question, and the client as its resolver would tell it (RFC 7871 §6). */
import { queryHead } from '../answer/explain/explain-query.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { parsePrefix } from '../base/net/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { ECS_FAMILY } from '../wire/client-subnet.ts';
import { EDNS_OPTION } from '../wire/iana/edns-option.ts';
import { typeFromText } from '../wire/iana/rrtype.ts';
import { canonicalName, nameFromText, type WireName } from '../wire/name.ts';

/** What is asked, by name and type. */
export interface RecordedQuestion {
  readonly name: WireName;
  readonly type: number;
  /** The packet up to the length of the data of OPT. */
  readonly head: Uint8Array;
}

/** Names kept, each with a type. */
const MOST_QUESTIONS = 16_384;
/** What clients can take over UDP, mostly (RFC 9715 §3). */
const UDP_SIZE = 1232;
const OPTION_HEAD = 8;

export class RecordedPackets {
  readonly #questions = new BoundedMap<string, Result<RecordedQuestion>>(MOST_QUESTIONS);

  question(name: string, type: string): Result<RecordedQuestion> {
    const key = `${type} ${name}`;
    const known = this.#questions.get(key);
    if (known !== undefined) return known;
    const read = readQuestion(name, type);
    // What is none may be of any length.
    if (read.ok) this.#questions.set(key, read);
    return read;
  }

  /** The packet, which may be kept; fails where the client is no network. */
  packet({ head }: RecordedQuestion, client: string): Result<Uint8Array> {
    const prefix = parsePrefix(client);
    if (prefix === undefined) return fail('client: Must be an address or a network');
    const { address, length } = prefix;
    const octets = (length + 7) >> 3;
    const packet = Buffer.allocUnsafe(head.length + 2 + OPTION_HEAD + octets);
    packet.set(head);
    let at = packet.writeUInt16BE(OPTION_HEAD + octets, head.length);
    at = packet.writeUInt16BE(EDNS_OPTION.CLIENT_SUBNET, at);
    at = packet.writeUInt16BE(4 + octets, at);
    at = packet.writeUInt16BE(address.family === 4 ? ECS_FAMILY.IPV4 : ECS_FAMILY.IPV6, at);
    at = packet.writeUInt8(length, at);
    at = packet.writeUInt8(0, at);
    for (let index = 0; index < octets; index += 1) packet[at + index] = address.bytes[index] ?? 0;
    return ok(packet);
  }
}

function readQuestion(text: string, typeText: string): Result<RecordedQuestion> {
  const read = nameFromText(text === '' ? '.' : text);
  if (!read.ok) return fail(`name: ${read.problem}`);
  const type = typeFromText(typeText);
  if (type === undefined) return fail('type: Must be the name of a record type');
  const name = canonicalName(read.value);
  return ok({ name, type, head: queryHead(name, type, UDP_SIZE) });
}
