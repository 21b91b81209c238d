/** The IP address and port of a socket, as operators write them: `127.0.0.1:53`, `[::1]:53`. */
import { isIPv4, isIPv6 } from 'node:net';

export interface SocketAddress {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Reads `127.0.0.1:53` or `[::1]:53`; `undefined` if it is neither. */
export function parseSocketAddress(text: string): SocketAddress | undefined {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:[\]]+)):(?<port>\d{1,5})$/.exec(text);
  if (match?.groups === undefined) return undefined;
  const { v4, v6, port } = match.groups;
  if (Number(port) > 65_535) return undefined;
  if (v4 !== undefined) return isIPv4(v4) ? { address: v4, port: Number(port) } : undefined;
  return v6 !== undefined && isIPv6(v6) ? { address: v6, port: Number(port) } : undefined;
}

/** Prints the form that {@link parseSocketAddress} reads. */
export function socketAddressToText({ address, port }: SocketAddress): string {
  return `${hostInAuthority(address)}:${port}`;
}

/** A host as it stands before a port and in URLs: an IPv6 address in brackets (RFC 3986 §3.2.2). */
export function hostInAuthority(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/**
 * Addresses that stand for all addresses of a machine, each with one that reaches its listener from there.
 */
const UNSPECIFIED: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Whether a listening address stands for all addresses of its family. */
export function isUnspecified(address: string): boolean {
  return UNSPECIFIED.has(address);
}

/** The address that a message was sent to which came to a listening address; `undefined` where that is all of them. */
export function localOf(listening: string): string | undefined {
  return UNSPECIFIED.has(listening) ? undefined : listening;
}

/** An address at which this machine reaches a server that listens on the given one. */
export function reachableAddress(address: string): string {
  return UNSPECIFIED.get(address) ?? address;
}

/** Whether only this machine can connect to an address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
