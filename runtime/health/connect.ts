/** The connection of a probe, to an address or a host name. */
import { connect, type Socket } from 'node:net';
import type { HostNames } from './names/host-names.ts';
import type { Target } from './target.ts';

/** Opens a connection to a target; once it is closed, the look-up of its name is called off as well. */
export function connectTo(
  { address, port, timeoutMs }: Pick<Target, 'address' | 'port' | 'timeoutMs'>,
  names: HostNames,
): Socket {
  const ending = new AbortController();
  const lookup = names.lookup({ timeoutMs, signal: ending.signal });
  return connect({ host: address, port, lookup }).once('close', () => ending.abort());
}
