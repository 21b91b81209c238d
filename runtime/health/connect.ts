/** The connection of a probe, to an address or a host name. */
import { connect, isIP, type Socket } from 'node:net';
import { addressToText, parseAddress } from '../base/net/ip.ts';
import { isLoopback, isUnspecified, type SocketAddress } from '../base/net/socket-address.ts';
import { HostNames } from './names/host-names.ts';
import { problemText } from './problem-text.ts';
import type { Target } from './target.ts';

export interface DialerOptions {
  /** Finds the addresses of host names. */
  readonly names?: HostNames;
  /** Where this server itself listens for operators: no policy may have it ask itself. */
  readonly forbidden?: () => readonly SocketAddress[];
}

export class Dialer {
  readonly #names: HostNames;
  readonly #forbidden: () => readonly SocketAddress[];

  constructor({ names = new HostNames(), forbidden = () => [] }: DialerOptions = {}) {
    this.#names = names;
    this.#forbidden = forbidden;
  }

  /**
   * Opens a connection to a target; once it is closed, the look-up of its name is called off as well. What must not be
   * probed is found by where the connection went, whatever the name: it is then destroyed before anything is sent.
   */
  connect({ address, port, timeoutMs }: Pick<Target, 'address' | 'port' | 'timeoutMs'>): Socket {
    const socket = isIP(address) === 0 ? this.#byName(address, port, timeoutMs) : connect(port, address);
    socket.once('connect', () => {
      // Where the connection went is asked of the system only if its port is one of these.
      if (this.#forbidden().some((own) => own.port === port && leadsTo(socket, own)))
        socket.destroy(new Error('Refused: this is the admin server of dnsteer'));
    });
    return socket;
  }

  #byName(host: string, port: number, timeoutMs: number): Socket {
    const ending = new AbortController();
    const lookup = this.#names.lookup({ timeoutMs, signal: ending.signal });
    return connect({ host, port, lookup }).once('close', () => ending.abort());
  }

  /** Where to send what goes without a connection: the address itself, or one that its name has. */
  async addressOf(
    { address, timeoutMs }: Pick<Target, 'address' | 'timeoutMs'>,
    signal: AbortSignal,
  ): Promise<FoundAddress | { readonly problem: string }> {
    if (isIP(address) !== 0) return { address };
    const found = await this.#names.find(address, { timeoutMs, signal });
    if (typeof found === 'string')
      return { problem: problemText(Object.assign(new Error(found), { code: found })) };
    return { address: found[0] ?? address };
  }
}

interface FoundAddress {
  readonly address: string;
}

function leadsTo({ remoteAddress = '', localAddress, remotePort }: Socket, own: SocketAddress): boolean {
  if (remotePort !== own.port) return false;
  const remote = normal(remoteAddress);
  // What this machine connects to at its own address has that address at both ends.
  const isHere = remote === normal(localAddress ?? '') || isLoopback(remote);
  return isUnspecified(own.address) ? isHere : remote === normal(own.address);
}

/** One form of an address: IPv4 inside IPv6 is IPv4. */
function normal(text: string): string {
  const address = parseAddress(text.replace(/^::ffff:(?=\d+\.)/i, ''));
  return address === undefined ? text : addressToText(address);
}
