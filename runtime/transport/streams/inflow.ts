/**
 * Reads streams. Node allocates 64 KiB for each read; where hundreds of clients send all they can, V8 would
 * collect its whole heap several times a second (blocks.ts). So all TCP streams, also those inside TLS, are
 * read into the same octets. Node offers this where it connects (`onread` of `net.connect`), but not where it
 * listens.
 */
import type { Socket } from 'node:net';
import { MOST_LENT } from '../../wire/message-reader.ts';

/**
 * Node's handle of a socket, which is used because `pause` of a socket works a chunk later, and not below
 * TLS.
 */
interface Handle {
  /** Octets read so far, those being delivered included. */
  readonly bytesRead: number;
  /** Called with what was read, at the end, and on an error; may return other octets to read into next. */
  onread: (this: Handle) => Uint8Array | undefined;
  readStart(): void;
  readStop(): void;
  useUserBuffer(octets: Uint8Array): void;
}

type Reading = Socket & { readonly _handle?: Handle | null };

/**
 * The octets read last, of any stream. Node would read more at once; octets that are not answered at once are
 * copied and wait.
 */
const shared = Buffer.allocUnsafeSlow(MOST_LENT);

/** Lets a stream be read while nothing holds it. */
export class Inflow {
  readonly #socket: Reading;
  #holds = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Octets read so far. */
  get octets(): number {
    return this.#socket.bytesRead;
  }

  /** Stops reading until every call of this has its {@link release}. */
  hold(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#socket._handle?.readStop();
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#socket._handle?.readStart();
  }
}

/**
 * Calls back with each piece that comes from now on; its octets are valid until the callee returns. The
 * socket must have been read empty; it emits no more data, but all its other events. Over TLS, the octets of
 * one read come in pieces, also after the stream is held.
 */
export function readShared(socket: Socket, take: (octets: Buffer) => void): void {
  const { _handle: handle } = socket as Reading;
  if (handle === undefined || handle === null) return;
  const tell = handle.onread;
  let { bytesRead } = handle;
  handle.useUserBuffer(shared);
  handle.onread = () => {
    const octets = handle.bytesRead - bytesRead;
    // This is the end of the stream, or an error.
    if (octets === 0) return tell.call(handle);
    bytesRead += octets;
    take(shared.subarray(0, octets));
    return undefined;
  };
}
