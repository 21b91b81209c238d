/** One figure of the second table: a case, asked of a server with DO. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { rcodeToText } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { must } from '../../support/wire.ts';
import { cpuMicros, descendantsOf, dnsperf } from '../measure.ts';
import { questionFile, questionWithDo, type SignedCase } from './cases.ts';
import type { SignedPeer, SignedPeerName } from './peers.ts';

export interface SignedFigures {
  readonly round: number;
  readonly row: string;
  readonly peer: SignedPeerName;
  /** Microseconds of CPU time for each answer that is whole, of all processes of the server that answer. */
  readonly micros: number;
  readonly perSecond: number;
  /** Share of the questions with no answer, another than is right, or one that is truncated. */
  readonly failed: number;
}

/** Asks for so many seconds, from so many sockets. */
export async function measureSigned(
  of: SignedCase,
  peer: SignedPeer,
  options: {
    readonly seconds: number;
    readonly sockets: number;
    readonly folder: string;
    readonly processor?: number | undefined;
  },
): Promise<Omit<SignedFigures, 'round'>> {
  const names = of.names(options.seconds);
  const file = path.join(options.folder, 'signed-questions');
  writeFileSync(file, questionFile(names));
  const whole = await wholeReply(of, peer, of.names(1)[0] ?? '');
  const pids = [peer.pid, ...descendantsOf(peer.pid)];
  const used = (): number => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0);
  const before = used();
  const args = [
    '-B',
    '-d',
    file,
    '-l',
    String(options.seconds),
    '-q',
    '200',
    '-c',
    String(options.sockets),
    '-t',
    '1',
  ];
  const load = await dnsperf(peer.port, args, options.processor);
  const took = used() - before;
  const good = (load.rcodes[rcodeOf(of, peer)] ?? 0) * (1 - truncatedShare(load.replyOctets, whole));
  return {
    row: of.name,
    peer: peer.name,
    micros: took / good,
    perSecond: load.perSecond,
    failed: 1 - good / (load.completed + load.lost),
  };
}

/** How a server is to answer a case. */
function rcodeOf({ kind }: SignedCase, { denies }: SignedPeer): string {
  return kind === 'answer' ? 'NOERROR' : denies;
}

/** @throws where a server does not answer a case as it should: with all that is asked for, and with signatures */
export async function checkAnswer(of: SignedCase, peer: SignedPeer): Promise<void> {
  const name = of.names(1 / 1024).at(-1) ?? '';
  const message = must(decodeMessage(await exchange(peer.port, questionWithDo(name))));
  const fail = (why: string): never => {
    throw new Error(`${peer.name}, ${of.name}: ${name} ${why}`);
  };
  if (message.truncated) fail('is truncated');
  const rcode = rcodeToText(message.rcode);
  if (rcode !== rcodeOf(of, peer)) fail(`is ${rcode}`);
  const section = of.kind === 'answer' ? message.answers : message.authorities;
  const count = (type: number) => section.filter((record) => record.type === type).length;
  if (of.kind === 'answer' && count(RRTYPE.A) !== 2) fail('has not two addresses');
  if (!peer.isSigned) return;
  if (count(RRTYPE.RRSIG) === 0) fail('is not signed');
  if (of.kind === 'denial' && count(RRTYPE.NSEC) === 0) fail('is not proven');
}

/** Octets of a whole reply, and of the same if it were truncated: header, question and OPT. */
async function wholeReply(
  of: SignedCase,
  peer: SignedPeer,
  name: string,
): Promise<{ readonly octets: number; readonly truncated: number }> {
  const reply = await exchange(peer.port, questionWithDo(name));
  const message: Message = must(decodeMessage(reply));
  if (message.truncated) throw new Error(`${peer.name}, ${of.name}: ${name} is truncated`);
  return { octets: reply.length, truncated: questionWithDo(name).length };
}

/**
 * dnsperf does not count what is truncated, but tells how long replies were on average; those of one case differ by
 * a few octets at most, where one neighbour in the chain has a longer name than another.
 */
function truncatedShare(
  average: number,
  whole: { readonly octets: number; readonly truncated: number },
): number {
  const share = (whole.octets - average) / (whole.octets - whole.truncated);
  return share < TOLERATED ? 0 : share;
}

const TOLERATED = 0.03;

async function exchange(port: number, question: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const reply = once(socket, 'message', { signal: AbortSignal.timeout(5000) });
    socket.send(question);
    const [message] = (await reply) as [Buffer];
    return message;
  } finally {
    socket.close();
  }
}
