/**
 * Clients over TCP, each of which asks one query after the other on one connection for as long as the server keeps that
 * open, and on another then (RFC 7766 §6.2.4). A query whose connection ends before its answer is lost.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import dnsPacket from 'dns-packet';

export interface TcpCrowdOptions {
  readonly port: number;
  /** Name (type TXT) → the text of the one right answer; asked for in turn. */
  readonly questions: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly connections: number;
  /** Milliseconds after which an answer does not count any more. */
  readonly patienceMs?: number;
}

export interface TcpTally {
  sent: number;
  lost: number;
  wrong: number;
  /** Connections that were opened. */
  opened: number;
}

export class TcpCrowd {
  readonly tally: TcpTally = { sent: 0, lost: 0, wrong: 0, opened: 0 };
  readonly #options: TcpCrowdOptions;
  readonly #questions: readonly (readonly [string, string])[];
  readonly #clients: Promise<void>[];
  #next = 0;
  #isLeaving = false;

  private constructor(options: TcpCrowdOptions) {
    this.#options = options;
    this.#questions = Object.entries(options.questions);
    this.#clients = Array.from({ length: options.connections }, () => this.#client());
  }

  static gather(options: TcpCrowdOptions): TcpCrowd {
    return new TcpCrowd(options);
  }

  async leave(): Promise<TcpTally> {
    this.#isLeaving = true;
    await Promise.all(this.#clients);
    return this.tally;
  }

  async #client(): Promise<void> {
    const { perSecond, connections } = this.#options;
    let socket: Socket | undefined;
    try {
      while (!this.#isLeaving) {
        if (socket === undefined || socket.readableEnded || socket.destroyed) {
          socket?.destroy();
          socket = await this.#connected();
        }
        await this.#ask(socket);
        await pause((1000 * connections) / perSecond);
      }
    } finally {
      socket?.destroy();
    }
  }

  async #connected(): Promise<Socket> {
    const socket = connect({ port: this.#options.port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => {});
    await once(socket, 'connect');
    this.tally.opened += 1;
    return socket;
  }

  async #ask(socket: Socket): Promise<void> {
    const [name = '', right = ''] = this.#questions[this.#next % this.#questions.length] ?? [];
    this.#next += 1;
    const message = dnsPacket.encode({ type: 'query', id: 1, questions: [{ type: 'TXT', name }] });
    const frame = Buffer.alloc(2 + message.length);
    frame.writeUInt16BE(message.length);
    frame.set(message, 2);
    this.tally.sent += 1;
    socket.write(frame);
    const reply = await this.#reply(socket);
    if (reply === undefined) this.tally.lost += 1;
    else if (!reply.includes(right)) this.tally.wrong += 1;
  }

  /** The next message; `undefined` if the connection ends first, or in time. */
  #reply(socket: Socket): Promise<Buffer | undefined> {
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    let read = Buffer.alloc(0);
    const onData = (octets: Buffer): void => {
      read = Buffer.concat([read, octets]);
      if (read.length >= 2 && read.length >= 2 + read.readUInt16BE()) done(read);
    };
    const onEnd = (): void => done(undefined);
    const timer = setTimeout(onEnd, this.#options.patienceMs ?? 5000);
    const done = (reply: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      // Its end is to be seen while nothing is asked as well.
      socket.resume();
      resolve(reply);
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd);
    return promise;
  }
}
