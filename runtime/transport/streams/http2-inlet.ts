/**
 * The stream that node:http2 is given in place of a secured socket. By itself it reads its socket, and parses
 * all that comes in one go, before our code runs; from here it gets a piece at a time (frame-pieces.ts), when
 * it is the connection's turn.
 */
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { FramePieces } from './frame-pieces.ts';
import { type Inflow, readShared } from './inflow.ts';

interface Chunk {
  readonly chunk: Buffer;
}

export class Http2Inlet extends Duplex {
  /** Called when a piece can be passed on that could not be before. `isFirst`: no octets waited until now. */
  onReady: (isFirst: boolean) => void = () => {};
  /** Called when the client has gone. Node:http2 is not told before {@link letGo}: it ends all streams at once. */
  onGone: () => void = () => {};
  readonly #socket: TLSSocket;
  readonly #inflow: Inflow;
  readonly #pieces = new FramePieces();
  /** Whether node:http2 reads: it does not while it writes. */
  #isWanted = false;
  #isHeld = false;
  #isGone = false;
  #isOver = false;

  constructor(socket: TLSSocket, inflow: Inflow) {
    // Nothing is read ahead: what this stream held would be parsed at once.
    super({ readableHighWaterMark: 0 });
    this.#socket = socket;
    this.#inflow = inflow;
    socket.on('end', () => this.#leave());
    socket.on('close', () => this.#leave());
    readShared(socket, (octets) => this.#receive(octets));
  }

  /** Our address that the client has connected to. */
  get local(): string | undefined {
    return this.#socket.localAddress;
  }

  /** Whether octets wait. */
  get isBehind(): boolean {
    return this.#pieces.octets > 0;
  }

  /** Whether {@link pass} has something to do. */
  get isReady(): boolean {
    return this.#isWanted && this.isBehind;
  }

  /** Has node:http2 parse the next piece; it tells of streams once the stack is empty. */
  pass(): void {
    if (!this.#isWanted) return;
    const piece = this.#pieces.next();
    if (piece === undefined) return;
    this.#isWanted = false;
    this.push(piece);
    if (this.#isHeld) this.#holdOrRelease();
  }

  /** Closes as soon as the client has gone: all streams have ended. */
  letGo(): void {
    this.#isOver = true;
    if (this.#isGone) this.destroy();
  }

  override _read(): void {
    this.#isWanted = true;
    if (this.isBehind) this.onReady(false);
  }

  override _write(octets: Buffer, _: string, done: () => void): void {
    // What is written to a client that has gone is lost, as it would be on its way.
    if (this.#socket.writable) this.#socket.write(octets, () => done());
    else done();
  }

  /** One write is one TLS record, if it is not too long. */
  override _writev(chunks: Chunk[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done);
  }

  override _final(done: () => void): void {
    if (this.#socket.writable) this.#socket.end(() => done());
    else done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#pieces.clear();
    this.#socket.destroy();
    done(error);
  }

  #leave(): void {
    this.#isGone = true;
    if (this.#isOver) this.destroy();
    else this.onGone();
  }

  #receive(octets: Buffer): void {
    if (this.destroyed) return;
    const isFirst = !this.isBehind;
    this.#pieces.append(octets);
    if (isFirst && this.#isWanted) this.onReady(true);
    this.#pieces.keep();
    this.#holdOrRelease();
  }

  /** Reads on once all octets are passed on. */
  #holdOrRelease(): void {
    if (this.isBehind === this.#isHeld) return;
    this.#isHeld = this.isBehind;
    if (this.#isHeld) this.#inflow.hold();
    else this.#inflow.release();
  }
}
