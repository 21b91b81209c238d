/** Questions to other servers: one message over UDP, or as many as come over TCP; signed where there is a key. */

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { ByteWriter } from '../base/bytes.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { systemErrorText } from '../base/system-error.ts';
import type { Peer } from '../client/peer.ts';
import { decodeMessage } from '../wire/decode.ts';
import { CLASS } from '../wire/iana/class.ts';
import { OPCODE } from '../wire/iana/opcode.ts';
import { RCODE, rcodeToText } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { Message } from '../wire/message.ts';
import { framed, MessageReader } from '../wire/message-reader.ts';
import type { WireName } from '../wire/name.ts';
import { AnswerCheck, Signer } from './signature.ts';
import type { Keyring } from './tsig-key.ts';

/** What is asked. `soa` goes along: with IXFR what is held, with NOTIFY what is new. */
export interface Question {
  readonly opcode?: number;
  readonly zone: WireName;
  readonly type: number;
  readonly soa?: Uint8Array | undefined;
}

export interface AskOptions {
  readonly keys: Keyring;
  /** Milliseconds for one message to come. */
  readonly patienceMs: number;
}

/** The answer over UDP; what is neither signed as it should be nor an answer to this is not heard. */
export async function askUdp(peer: Peer, question: Question, options: AskOptions): Promise<Result<Message>> {
  const { octets, id, check } = requestFor(peer, question, options.keys);
  const socket = createSocket(isIPv6(peer.address) ? 'udp6' : 'udp4');
  try {
    const replied = Promise.withResolvers<Result<Message>>();
    socket.on('error', (error) => replied.resolve(fail(systemErrorText(error))));
    socket.on('message', (packet) => {
      const message = readAnswer(packet, id, check());
      if (message !== undefined) replied.resolve(message);
    });
    socket.connect(peer.port, peer.address, () => socket.send(octets));
    const late = setTimeout(() => replied.resolve(fail('it does not answer')), options.patienceMs);
    const answer = await replied.promise;
    clearTimeout(late);
    return answer;
  } finally {
    socket.close();
  }
}

/**
 * Hands over the answers over TCP one by one, until `take` has had enough or finds something wrong;
 * resolves with what is wrong, if anything is.
 */
export async function askTcp(
  peer: Peer,
  question: Question,
  options: AskOptions,
  take: (message: Message) => 'more' | 'done' | { readonly problem: string },
): Promise<string | undefined> {
  const { octets, id, check } = requestFor(peer, question, options.keys);
  const answers = check();
  const socket = connect({ host: peer.address, port: peer.port, noDelay: true });
  socket.setTimeout(options.patienceMs, () => socket.destroy(new Error('it does not answer')));
  try {
    await once(socket, 'connect');
    socket.write(framed(octets));
    const reader = new MessageReader();
    for await (const chunk of socket) {
      reader.append(chunk as Buffer);
      for (let octets = reader.next(); octets !== undefined; octets = reader.next()) {
        const message = readAnswer(octets, id, answers);
        if (message === undefined) return 'it answers something else';
        if (!message.ok) return message.problem;
        const next = take(message.value);
        if (next === 'more') continue;
        if (next !== 'done') return next.problem;
        return answers === undefined || answers.isProven ? undefined : 'the last message is not signed';
      }
    }
    return 'it ends before the zone does';
  } catch (error) {
    return systemErrorText(error);
  } finally {
    socket.destroy();
  }
}

interface Request {
  readonly octets: Uint8Array;
  readonly id: number;
  /** Judges answers from the first on; none where there is no key. */
  readonly check: () => AnswerCheck | undefined;
}

function requestFor({ key: keyId }: Peer, question: Question, keys: Keyring): Request {
  const id = randomInt(0x10000);
  const bare = encode(id, question);
  const key = keyId === undefined ? undefined : keys.get(keyId);
  if (key === undefined) return { octets: bare, id, check: () => undefined };
  const { signed, mac } = new Signer(key, undefined).sign(bare);
  return { octets: signed, id, check: () => new AnswerCheck(key, mac) };
}

function encode(id: number, { opcode = OPCODE.QUERY, zone, type, soa }: Question): Uint8Array {
  const isNotify = opcode === OPCODE.NOTIFY;
  const hasSoa = soa === undefined ? 0 : 1;
  const out = new ByteWriter(2048);
  out.u16(id);
  // RFC 1996 §3.7: NOTIFY has AA set.
  out.u16((opcode << 11) | (isNotify ? 0x0400 : 0));
  for (const count of [1, isNotify ? hasSoa : 0, isNotify ? 0 : hasSoa, 0]) out.u16(count);
  out.write(zone);
  out.u16(type);
  out.u16(CLASS.IN);
  if (soa === undefined) return out.toBytes();
  out.write(zone);
  out.u16(RRTYPE.SOA);
  out.u16(CLASS.IN);
  out.u32(0);
  out.u16(soa.length);
  out.write(soa);
  return out.toBytes();
}

/** `undefined` for what is no answer to this. */
function readAnswer(
  octets: Uint8Array,
  id: number,
  check: AnswerCheck | undefined,
): Result<Message> | undefined {
  const isOurs =
    octets.length >= 12 &&
    (octets[0] ?? 0) * 256 + (octets[1] ?? 0) === id &&
    ((octets[2] ?? 0) & 0x80) !== 0;
  if (!isOurs) return undefined;
  const bare = check === undefined ? ok(octets) : check.next(octets);
  if (!bare.ok) return fail(`its answer is not to be trusted: ${bare.problem}`);
  const message = decodeMessage(bare.value);
  if (!message.ok) return message;
  const { rcode } = message.value;
  return rcode === RCODE.NOERROR ? message : fail(`it answers ${rcodeToText(rcode)}`);
}
