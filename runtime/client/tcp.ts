/** One question to one server over TCP, with one message or many in reply. */
import { connect } from 'node:net';
import type { SocketAddress } from '../base/net/socket-address.ts';
import type { Message } from '../wire/message.ts';
import { framed, MessageReader } from '../wire/message-reader.ts';
import { attempt } from './attempt.ts';
import { type AskOptions, type Inquiry, SentInquiry } from './inquiry.ts';
import { type DnsReply, type NoReply, noReplyOf } from './reply.ts';

export interface StreamOptions extends AskOptions {
  /** The most octets of all messages together. */
  readonly mostOctets: number;
}

/** The longest message with its length, which has two octets. */
const LONGEST_MESSAGE = 2 + 0xffff;

/** Sends an inquiry over TCP. */
export async function askTcp(
  server: SocketAddress,
  inquiry: Inquiry,
  options: AskOptions,
): Promise<DnsReply> {
  let message: Message | undefined;
  const problem = await askTcpStream(
    server,
    inquiry,
    { ...options, mostOctets: LONGEST_MESSAGE },
    (first) => {
      message = first;
      return 'done';
    },
  );
  if (problem !== undefined) return problem;
  return message === undefined ? { kind: 'closed' } : { kind: 'reply', message };
}

/**
 * Hands over the messages one by one, until `take` is done; the time limit is for each message. Resolves with
 * the reason if the stream ends before that.
 */
export function askTcpStream(
  server: SocketAddress,
  inquiry: Inquiry,
  { timeoutMs, key, signal, mostOctets }: StreamOptions,
  take: (message: Message) => 'more' | 'done',
): Promise<NoReply | undefined> {
  const sent = new SentInquiry(inquiry, key);
  const replies = sent.replies();
  const judge = (octets: Uint8Array): NoReply | 'more' | 'done' => {
    const reply = replies.read(octets);
    if (reply === undefined) return { kind: 'malformed', why: 'it answers another question' };
    if (reply.kind !== 'reply') return reply;
    if (take(reply.message) === 'more') return 'more';
    return replies.isProven ? 'done' : { kind: 'untrusted', why: 'its last message is not signed' };
  };
  const bounds = { timeoutMs, late: { kind: 'silent' }, signal, stopped: { kind: 'stopped' } } as const;
  return attempt<NoReply | undefined>(bounds, ({ settle, fail, extend }) => {
    const reader = new MessageReader();
    let count = 0;
    const read = (chunk: Buffer): void => {
      reader.append(chunk);
      for (let octets = reader.next(); octets !== undefined; octets = reader.next()) {
        count += 2 + octets.length;
        const next = count > mostOctets ? ({ kind: 'too-large' } as const) : judge(octets);
        if (next !== 'more') {
          settle(next === 'done' ? undefined : next);
          return;
        }
        extend();
      }
    };
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    socket.on('connect', () => socket.write(framed(sent.octets)));
    // `on` and not `once`: a socket may report another error while it closes.
    socket.on('error', (error) => settle(noReplyOf(error)));
    socket.on('close', () => settle({ kind: 'closed' }));
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        fail(error);
      }
    });
    return () => socket.destroy();
  });
}
