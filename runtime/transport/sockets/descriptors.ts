/**
 * How many connections there may be, as far as file descriptors go. Where there are none left a connection is
 * closed by libuv as it is accepted, whoever it is from, and nothing else of the process can open anything:
 * so there are to be fewer connections before it comes to that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { TcpLimits } from '../streams/clients.ts';

/** Kept for what is opened while the process runs: a sandbox's pipes, files of large zones, sockets of transfers. */
const RESERVE = 64;

/** Descriptors of this process. */
export interface Descriptors {
  /** How many there may be; libuv does not ask for more than the limit that is set, Node raises that to the hard one. */
  readonly most: number;
  readonly used: number;
}

/** `undefined` where the system does not tell. */
export function descriptorsNow(): Descriptors | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    // "unlimited" is no number, and no limit.
    return most === undefined ? undefined : { most: Number(most), used: readdirSync('/proc/self/fd').length };
  } catch {
    return undefined;
  }
}

/**
 * The limits as they are set, or lower ones with the reason in words.
 * @param kinds What may be connected at a time, in multiples of `clients`: a transport, or those of its proxies that wait.
 */
export function fitLimits(
  limits: TcpLimits,
  kinds: number,
  descriptors: Descriptors | undefined,
): { readonly limits: TcpLimits; readonly warning?: string } {
  if (descriptors === undefined) return { limits };
  const { most, used } = descriptors;
  const free = most - used - RESERVE;
  if (limits.clients * kinds <= free) return { limits };
  const clients = Math.max(1, Math.floor(free / kinds));
  const clientsPerAddress = Math.min(limits.clientsPerAddress, clients);
  const sum = `${used} in use + ${RESERVE} in reserve + ${kinds} × ${limits.clients} connections`;
  return {
    limits: { ...limits, clients, clientsPerAddress },
    warning: `An answer process may open ${most} files, and would need ${used + RESERVE + kinds * limits.clients} (${sum}): it takes ${clients} connections of each kind in place of "tcp.clients". Raise the limit (ulimit -n, LimitNOFILE), or lower "tcp.clients"`,
  };
}
