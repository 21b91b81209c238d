/**
 * Probes whether a name server answers a question, and how. The question has a new id and port each time, so that an answer
 * that the server did not give does not count (client/inquiry.ts). Over TCP the connection is the dialer's, which leads to
 * no server of dnsteer's own operators.
 */
import type { Socket } from 'node:net';
import { assert } from '../../base/assert.ts';
import { type Inquiry, SentInquiry } from '../../client/inquiry.ts';
import { type DnsReply, noReplyOf, noReplyText } from '../../client/reply.ts';
import { askUdp } from '../../client/udp.ts';
import { rcodeToText } from '../../wire/iana/rcode.ts';
import { typeToText } from '../../wire/iana/rrtype.ts';
import type { Message } from '../../wire/message.ts';
import { framed, MessageReader } from '../../wire/message-reader.ts';
import { nameFromText } from '../../wire/name.ts';
import { canonicalRdata } from '../../wire/rdata/embedded-names.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { ProbeResult } from '../probe.ts';
import { attemptProbe } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import type { Prober, ProberOptions } from './kind.ts';
import { limitOctets } from './octet-limit.ts';

export interface DnsTarget extends Target {
  readonly type: 'dns';
  /** The name to ask for, with its final dot. */
  readonly name: string;
  /** The type to ask for. */
  readonly record: number;
  /** Response codes that are right. */
  readonly rcodes: readonly number[];
  /** Data of records that must be in the answer, as {@link comparedText} has it. */
  readonly expect: readonly string[];
  readonly transport: 'udp' | 'tcp';
}

export function createDnsProber({ dialer }: ProberOptions): Prober<DnsTarget> {
  const ask = async (target: DnsTarget, signal: AbortSignal): Promise<string | undefined> => {
    const inquiry = inquiryOf(target);
    const reply = target.transport === 'udp' ? await overUdp(target, inquiry, signal) : undefined;
    if (typeof reply === 'string') return reply;
    // RFC 7766 §5: what does not fit is asked for over TCP.
    const isWhole = reply?.kind === 'reply' && !(reply.message.truncated && target.expect.length > 0);
    if (isWhole) return problemOf(reply.message, target);
    if (reply !== undefined && reply.kind !== 'reply') return textOf(reply, target);
    if (signal.aborted) return undefined;
    const whole = await overStream(dialer.connect(target), inquiry, signal);
    return whole.kind === 'reply' ? problemOf(whole.message, target) : textOf(whole, target);
  };
  const overUdp = async (target: DnsTarget, inquiry: Inquiry, signal: AbortSignal) => {
    const { timeoutMs, port } = target;
    const address = await dialer.addressOf(target, signal);
    if (signal.aborted) return '';
    if ('problem' in address) return address.problem;
    return await askUdp({ address: address.address, port }, inquiry, { timeoutMs, signal });
  };
  return {
    probe: (target, signal): Promise<ProbeResult> =>
      attemptProbe(target.timeoutMs, signal, (settle) => {
        const over = new AbortController();
        ask(target, over.signal).then(settle, settle);
        return { destroy: () => over.abort() };
      }),
  };
}

/** Resolvers are asked as clients ask them; a server that is none does not mind. */
function inquiryOf({ name, record }: DnsTarget): Inquiry {
  const read = nameFromText(name);
  assert(read.ok, 'the kind has read the name');
  return { name: read.value, type: record, recursionDesired: true };
}

function overStream(socket: Socket, inquiry: Inquiry, signal: AbortSignal): Promise<DnsReply> {
  const { promise, resolve } = Promise.withResolvers<DnsReply>();
  const sent = new SentInquiry(inquiry, undefined);
  const [replies, reader] = [sent.replies(), new MessageReader()];
  signal.addEventListener('abort', () => socket.destroy());
  limitOctets(socket, socket, (problem) => resolve({ kind: 'unreachable', why: String(problem) }));
  socket.once('connect', () => {
    if (!socket.destroyed) socket.write(framed(sent.octets));
  });
  // `on` and not `once`: a socket may report another error while it closes.
  socket.on('error', (error) => resolve(noReplyOf(error)));
  socket.once('close', () => resolve({ kind: 'closed' }));
  socket.on('data', (chunk: Buffer) => {
    reader.append(chunk);
    const octets = reader.next();
    if (octets !== undefined)
      resolve(replies.read(octets) ?? { kind: 'malformed', why: 'it answers another question' });
  });
  return promise;
}

function textOf(reply: Exclude<DnsReply, { kind: 'reply' }>, { timeoutMs }: DnsTarget): string {
  if (reply.kind === 'silent') return `No answer within ${timeoutMs} ms`;
  if (reply.kind === 'closed') return 'Connection refused';
  return noReplyText(reply);
}

/** What is wrong with a reply; `undefined` if nothing is. */
function problemOf({ rcode, answers }: Message, { rcodes, record, expect }: DnsTarget): string | undefined {
  if (!rcodes.includes(rcode)) return `Response code ${rcodeToText(rcode)}`;
  const found = answers.filter(({ type }) => type === record);
  const values = new Set(found.map(({ rdata }) => comparedText(record, rdata)));
  const lacking = expect.find((value) => !values.has(value));
  if (lacking === undefined) return undefined;
  const came =
    values.size === 0 ? `no ${typeToText(record)} record` : [...values].slice(0, MOST_SHOWN).join(', ');
  return `${lacking} is not in the answer, which has ${came}`;
}

/** Values that people see. */
const MOST_SHOWN = 4;

/** Data in the one form in which it is compared. */
export function comparedText(type: number, rdata: Uint8Array): string {
  return rdataToText(type, canonicalRdata(type, rdata));
}
