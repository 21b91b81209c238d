/**
 * What comes in on a stream. Node makes 64 KiB anew for each piece that is read; where hundreds of clients send all
 * they can, that has V8 collect its whole heap several times a second (blocks.ts). So streams of TCP, and those inside TLS,
 * are all read into the same octets, as Node has them where it connects (`onread` of `net.connect`), but not where it listens.
 */
import type { Socket } from 'node:net';
import { MOST_LENT } from '../../wire/message-reader.ts';

/** Node's handle of a socket: what `pause` of a socket does takes effect a chunk later, and does not reach below TLS. */
interface Handle {
  /** Read so far, what is being told included. */
  readonly bytesRead: number;
  /** Told of what is read, of the end, and of what goes wrong; returns other octets for what is next, or none. */
  onread: (this: Handle) => Uint8Array | undefined;
  readStart(): void;
  readStop(): void;
  useUserBuffer(octets: Uint8Array): void;
}

type Reading = Socket & { readonly _handle?: Handle | null };

/** What was read last of whichever stream. Fewer than Node would read: what is not answered at once is copied, and waits. */
const shared = Buffer.allocUnsafeSlow(MOST_LENT);

/** Whether a stream is read from: while nobody holds it. */
export class Inflow {
  readonly #socket: Reading;
  #holds = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Read so far. */
  get octets(): number {
    return this.#socket.bytesRead;
  }

  /** Not another octet is read until all who did this have {@link release}d it. */
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
 * Calls back with each piece that comes from now on; its octets are the callee's until it returns. The socket, which must
 * have been read empty, has no data for anybody any more, and all its other events. Over TLS, what is read in one go is told in
 * pieces, also after it is held.
 */
export function readShared(socket: Socket, take: (octets: Buffer) => void): void {
  const { _handle: handle } = socket as Reading;
  if (handle === undefined || handle === null) return;
  const tell = handle.onread;
  let { bytesRead } = handle;
  handle.useUserBuffer(shared);
  handle.onread = () => {
    const octets = handle.bytesRead - bytesRead;
    // The end, or an error.
    if (octets === 0) return tell.call(handle);
    bytesRead += octets;
    take(shared.subarray(0, octets));
    return undefined;
  };
}
