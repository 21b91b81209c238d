/** A question to a resolver as a client asks it that trusts it: RD and DO, over TCP if the reply does not fit. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { MessageReader } from '../../../runtime/wire/message-reader.ts';
import { packet } from '../packet.ts';
import { must } from '../wire.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface ResolverQuestion {
  /** Absolute, with its final dot. */
  readonly name: string;
  readonly type: string;
  /** CD: answers are wanted whether they are good or not (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean;
  /** Options of EDNS, as packet.ts has them. */
  readonly options?: string;
  /** RD: the default is true. */
  readonly recursion?: boolean;
  /** How long an answer may take. */
  readonly patienceMs?: number;
}

/** The reply; throws where none comes in time. */
export async function askResolver(at: Place, asked: ResolverQuestion): Promise<Message> {
  const {
    name,
    type,
    checkingDisabled = false,
    recursion = true,
    patienceMs = PATIENCE_MS,
    options = '',
  } = asked;
  const query = packet({
    id: Math.floor(Math.random() * 0x1_0000),
    flags: (recursion ? RD : 0) | (checkingDisabled ? CD : 0),
    question: `${name} ${type}`,
    opt: { flags: DO, options },
  });
  const overUdp = must(decodeMessage(await exchangeUdp(at, query, patienceMs)));
  return overUdp.truncated ? must(decodeMessage(await exchangeTcp(at, query, patienceMs))) : overUdp;
}

const RD = 0x0100;
const CD = 0x0010;
const DO = 0x8000;
/** Resolvers try again for long where a server is silent. */
const PATIENCE_MS = 15_000;

function exchangeUdp({ address, port }: Place, query: Buffer, patienceMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const settle = (done: () => void): void => {
      clearTimeout(late);
      socket.close();
      done();
    };
    const late = setTimeout(
      () => settle(() => reject(new Error(`${address}:${port} is silent`))),
      patienceMs,
    );
    socket.once('error', (error) => settle(() => reject(error)));
    socket.on('message', (reply) => {
      if (reply.readUInt16BE(0) === query.readUInt16BE(0)) settle(() => resolve(reply));
    });
    socket.connect(port, address, () => socket.send(query));
  });
}

async function exchangeTcp({ address, port }: Place, query: Buffer, patienceMs: number): Promise<Buffer> {
  const socket = connect({ host: address, port, timeout: patienceMs });
  socket.once('timeout', () => socket.destroy(new Error(`${address}:${port} is silent over TCP`)));
  socket.write(Buffer.concat([Buffer.of(query.length >> 8, query.length & 0xff), query]));
  const reader = new MessageReader();
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    reader.append(chunk);
    const message = reader.next();
    if (message !== undefined) return Buffer.from(message);
  }
  throw new Error(`${address}:${port} closed without an answer`);
}
