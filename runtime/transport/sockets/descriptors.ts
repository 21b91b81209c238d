/**
 * How many connections an answer process may have, given its limit of file descriptors. Without a free one,
 * libuv closes each connection as it accepts it, whoever the client is, and the process can open nothing
 * else: so the limits on connections are lowered before it comes to that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { TcpLimits } from '../streams/clients.ts';

/**
 * Descriptors kept for what the process opens as it runs: a sandbox's pipes, files of large zones, sockets of
 * transfers.
 */
const RESERVE = 64;

/** How many file descriptors this process may have, and how many it has. */
export interface Descriptors {
  /** The limit in force: Node raises it to the hard limit as it starts, and libuv does not ask for more. */
  readonly most: number;
  readonly used: number;
}

/** The descriptors now; `undefined` where the system has no such files in `/proc`. */
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
 * Returns the limits as they are set, or lower ones that fit the descriptors, with a warning for the
 * operator.
 * @param kinds How many times `limits.clients` connections there may be: once for each transport, and once
 * for each listener at which connections of proxies wait for their header.
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
