/** Reads the body of a request, which may come octet by octet. */
import type { ServerHttp2Stream } from 'node:http2';
import { MAX_MESSAGE } from './https-request.ts';

/** Octets for which there is room at first: most queries are shorter. */
const USUAL = 256;

interface BodyReader {
  /** Counts octets that are held; where there is no room, returns false. */
  hold(octets: number): boolean;
  /** Called with the body; without, if it is longer than any message. */
  end(body: Buffer | undefined): void;
}

/**
 * Copies what comes: each chunk is a part of what node:http2 has read it with, which is longer, and an object
 * that is longer than a chunk of one octet.
 */
export function gatherBody(stream: ServerHttp2Stream, reader: BodyReader): void {
  let octets: Buffer = Buffer.allocUnsafe(USUAL);
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    if (!reader.hold(chunk.length)) return;
    const from = length;
    length += chunk.length;
    if (length > MAX_MESSAGE) {
      stream.removeAllListeners('data');
      reader.end(undefined);
      return;
    }
    if (length > octets.length) octets = grown(octets, from, length);
    octets.set(chunk, from);
  });
  stream.on('end', () => {
    if (length <= MAX_MESSAGE && !stream.destroyed) reader.end(octets.subarray(0, length));
  });
}

/** Twice the need, so that a body that comes octet by octet is copied a few times only. */
function grown(octets: Buffer, length: number, needed: number): Buffer {
  const room = Buffer.allocUnsafe(2 * needed);
  octets.copy(room, 0, 0, length);
  return room;
}
