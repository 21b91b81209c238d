/** Reads a PROXY header at the beginning of a stream, before anything else is read from it. */
import type { Socket } from 'node:net';
import { type ProxyHeader, parseProxyHeader } from './proxy-header.ts';

/** Octets, more than any header has: addresses take 52, other fields rarely more than some hundred. */
const LONGEST = 4096;

/**
 * Calls back with the header, and leaves what follows it to be read; without a header if something else
 * comes, or nothing in time.
 */
export function readProxyHeader(
  socket: Socket,
  timeoutMs: number,
  done: (header: ProxyHeader | undefined) => void,
): void {
  let octets = Buffer.alloc(0);
  const settle = (header: ProxyHeader | undefined): void => {
    clearTimeout(timer);
    socket.off('readable', look).off('end', fail).off('close', fail);
    done(header);
  };
  const fail = (): void => settle(undefined);
  const look = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    octets = Buffer.concat([octets, chunk]);
    const header = parseProxyHeader(octets);
    if (header === 'partial' && octets.length <= LONGEST) return;
    if (header === 'partial' || header === 'none') {
      fail();
      return;
    }
    if (octets.length > header.length) socket.unshift(octets.subarray(header.length));
    settle(header);
  };
  const timer = setTimeout(fail, timeoutMs);
  socket.on('error', () => {});
  socket.on('readable', look).on('end', fail).on('close', fail);
}
