/**
 * One question to one server, over UDP or TCP, and what became of it: a reply, or which kind of none.
 * A server that is silent and a network that does not lead there are told apart as well as the system
 * can: the second is nobody's mistake but that of the place we ask from.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { SocketAddress } from '../base/net/socket-address.ts';
import { systemErrorCode, systemErrorText } from '../base/system-error.ts';
import { decodeMessage } from '../wire/decode.ts';
import type { Message } from '../wire/message.ts';
import { framed, MessageReader } from '../wire/message-reader.ts';
import { namesEqual, type WireName } from '../wire/name.ts';
import { encodeQuery } from '../wire/query-message.ts';

export interface Question {
  readonly name: WireName;
  readonly type: number;
  readonly recursionDesired?: boolean;
  /** Default yes. */
  readonly edns?: boolean;
}

export type Reply =
  | { readonly kind: 'reply'; readonly message: Message }
  /** Nothing came in time. */
  | { readonly kind: 'silent' }
  /** The machine is there and nothing listens, or what listens hangs up. */
  | { readonly kind: 'closed' }
  /** No packet leaves this machine for that address. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** What came is no reply to the question. */
  | { readonly kind: 'malformed'; readonly why: string };

/** What the DNS Flag Day of 2020 settled on: no reply of this size is fragmented. */
const UDP_SIZE = 1232;

/** UDP loses packets; each question is sent so often before its server counts as silent. */
const TRIES = 3;

/** Asks over UDP, and over TCP what did not fit. */
export async function ask(server: SocketAddress, question: Question, timeoutMs: number): Promise<Reply> {
  const reply = await askUdp(server, question, timeoutMs);
  const isTruncated = reply.kind === 'reply' && reply.message.truncated;
  return isTruncated ? await askTcp(server, question, timeoutMs) : reply;
}

/** Asks over UDP, again while nothing comes. */
export function askUdp(server: SocketAddress, question: Question, timeoutMs: number): Promise<Reply> {
  const { id, query } = queryFor(question);
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  return new Promise<Reply>((resolve) => {
    const settle = (reply: Reply): void => {
      clearInterval(resend);
      clearTimeout(patience);
      socket
        .removeAllListeners('error')
        .on('error', () => {})
        .close();
      resolve(reply);
    };
    // The system says in an error what it learns of packets that did not arrive.
    const send = (): void => socket.send(query, (error) => error && settle(outcomeOf(error)));
    const resend = setInterval(send, timeoutMs / TRIES);
    const patience = setTimeout(settle, timeoutMs, { kind: 'silent' });
    socket.on('error', (error) => settle(outcomeOf(error)));
    socket.on('message', (packet) => {
      const reply = replyFrom(packet, id, question);
      // RFC 5452 §4: what answers another question was not sent by whom we asked.
      if (reply !== undefined) settle(reply);
    });
    socket.connect(server.port, server.address, () => send());
  });
}

/** Asks over TCP. */
export function askTcp(server: SocketAddress, question: Question, timeoutMs: number): Promise<Reply> {
  const { id, query } = queryFor(question);
  const messages = new MessageReader();
  const socket = connect({ host: server.address, port: server.port, noDelay: true });
  return new Promise<Reply>((resolve) => {
    const settle = (reply: Reply): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(reply);
    };
    const patience = setTimeout(settle, timeoutMs, { kind: 'silent' });
    socket.on('connect', () => socket.write(framed(query)));
    socket.on('error', (error) => settle(outcomeOf(error)));
    socket.on('close', () => settle({ kind: 'closed' }));
    socket.on('data', (chunk: Buffer) => {
      messages.append(chunk);
      const message = messages.next();
      if (message === undefined) return;
      settle(replyFrom(message, id, question) ?? { kind: 'malformed', why: 'It answers another question' });
    });
  });
}

function queryFor({ name, type, recursionDesired = false, edns = true }: Question): {
  id: number;
  query: Buffer;
} {
  // RFC 5452 §9.2: not to be guessed.
  const id = randomInt(0x1_0000);
  return {
    id,
    query: encodeQuery({ id, name, type, recursionDesired, udpSize: edns ? UDP_SIZE : undefined }),
  };
}

/** `undefined` if it is a reply to something else. */
function replyFrom(packet: Uint8Array, id: number, { name, type }: Question): Reply | undefined {
  const decoded = decodeMessage(Uint8Array.from(packet));
  if (!decoded.ok) return { kind: 'malformed', why: decoded.problem };
  const message = decoded.value;
  const [asked] = message.questions;
  // A server that finds a query malformed may leave its question out.
  const isOurs = asked === undefined || (asked.type === type && namesEqual(asked.name, name));
  return message.isResponse && message.id === id && isOurs ? { kind: 'reply', message } : undefined;
}

function outcomeOf(error: Error): Reply {
  const code = systemErrorCode(error);
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'closed' };
  if (code === 'ETIMEDOUT') return { kind: 'silent' };
  return { kind: 'unreachable', why: systemErrorText(error) };
}
