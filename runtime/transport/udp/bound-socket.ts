/**
 * Makes sockets by system calls. UDP sockets are bound and set up as node:dgram does it for udp.ts; where
 * they listen on all addresses, the kernel says which of our addresses each datagram came to.
 */
import { isIPv6 } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { parseIpv6, readAddress } from '../../base/net/ip.ts';
import { isUnspecified } from '../../base/net/socket-address.ts';
import type { Endpoint } from '../listener.ts';
import {
  AF_INET,
  AF_INET6,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from '../sockets/socket-numbers.ts';
import { ADDRESS_AT, NAME_OCTETS, PORT_AT } from './kernel-memory.ts';
import type { SystemCalls } from './system-calls.ts';
import { BUFFER_OCTETS } from './udp.ts';

export interface BoundSocket {
  readonly descriptor: number;
  readonly family: 4 | 6;
  /** The address, with the port that the system chose if it was 0. */
  readonly endpoint: Endpoint;
  /** Whether the kernel cuts one message into datagrams of equal length (UDP_SEGMENT, since Linux 4.18). */
  readonly canSegment: boolean;
}

const SOCK_STREAM = 1;
const SO_REUSEADDR = 2;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_REUSEPORT = 15;
const IPPROTO_IP = 0;
const IP_PKTINFO = 8;
const IPPROTO_UDP = 17;
const UDP_SEGMENT = 103;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const IPV6_RECVPKTINFO = 49;
/** Connections that may wait to be accepted: as many as in Node. */
const BACKLOG = 511;

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export function bindSocket(calls: SystemCalls, endpoint: Endpoint): BoundSocket {
  const { descriptor, port } = bindDescriptor(calls, endpoint, SOCK_DGRAM, setUpDatagrams);
  return boundSocket(calls, descriptor, { address: endpoint.address, port });
}

/** Describes a socket that is bound and set up already. */
export function boundSocket(
  calls: SystemCalls,
  descriptor: number,
  { address, port }: Endpoint,
): BoundSocket {
  // A kernel that does not know this option would send the whole message as one datagram.
  const canSegment = calls.setOption(descriptor, IPPROTO_UDP, UDP_SEGMENT, 0) === 0;
  return { descriptor, family: familyOf(address), endpoint: { address, port }, canSegment };
}

/**
 * Makes a TCP socket that listens: connections are made from now on, and wait until a process accepts them.
 * @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on.
 */
export function listenSocket(calls: SystemCalls, endpoint: Endpoint): { descriptor: number; port: number } {
  // As in libuv: past connections of ours keep no process from listening.
  const bound = bindDescriptor(calls, endpoint, SOCK_STREAM, (set) =>
    checked('setsockopt', set(SOL_SOCKET, SO_REUSEADDR, 1)),
  );
  try {
    checked('listen', calls.listen(bound.descriptor, BACKLOG));
    return bound;
  } catch (error) {
    calls.close(bound.descriptor);
    throw error;
  }
}

type SetOption = (level: number, option: number, value: number) => number;

/** The name of an endpoint as the kernel has it: a struct sockaddr. */
export function socketName(calls: SystemCalls, endpoint: Endpoint): Uint8Array<ArrayBuffer> {
  return familyOf(endpoint.address) === 6 ? ipv6Name(calls, endpoint) : ipv4Name(endpoint);
}

function bindDescriptor(
  calls: SystemCalls,
  endpoint: Endpoint,
  kind: number,
  setUp: (set: SetOption, endpoint: Endpoint) => void,
): { descriptor: number; port: number } {
  const isVersion6 = familyOf(endpoint.address) === 6;
  const type = kind | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const descriptor = checked('socket', calls.socket(isVersion6 ? AF_INET6 : AF_INET, type, 0));
  const set: SetOption = (level, option, value) => calls.setOption(descriptor, level, option, value);
  try {
    const name = socketName(calls, endpoint);
    // As in udp.ts: a port that the system chooses is not shared.
    if (endpoint.port !== 0) checked('setsockopt', set(SOL_SOCKET, SO_REUSEPORT, 1));
    if (isVersion6) checked('setsockopt', set(IPPROTO_IPV6, IPV6_V6ONLY, 1));
    setUp(set, endpoint);
    checked('bind', calls.bind(descriptor, name));
    checked('getsockname', calls.nameOf(descriptor, name));
    return { descriptor, port: new DataView(name.buffer).getUint16(PORT_AT) };
  } catch (error) {
    calls.close(descriptor);
    throw error;
  }
}

function setUpDatagrams(set: SetOption, { address }: Endpoint): void {
  if (isUnspecified(address)) {
    const isVersion6 = familyOf(address) === 6;
    const outcome = isVersion6 ? set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) : set(IPPROTO_IP, IP_PKTINFO, 1);
    checked('setsockopt', outcome);
  }
  // The system may grant less, which only loses queries a little earlier under overload.
  set(SOL_SOCKET, SO_RCVBUF, BUFFER_OCTETS);
  set(SOL_SOCKET, SO_SNDBUF, BUFFER_OCTETS);
}

function familyOf(address: string): 4 | 6 {
  return isIPv6(address) ? 6 : 4;
}

/** struct sockaddr_in: family in host order, port, address. */
function ipv4Name({ address, port }: Endpoint): Uint8Array<ArrayBuffer> {
  const name = new Uint8Array(NAME_OCTETS[4]);
  const view = new DataView(name.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(PORT_AT, port);
  readAddress(address, name.subarray(ADDRESS_AT[4]));
  return name;
}

/** struct sockaddr_in6: family in host order, port, flow, address, interface in host order. */
function ipv6Name(calls: SystemCalls, { address, port }: Endpoint): Uint8Array<ArrayBuffer> {
  const [written = '', zone] = address.split('%');
  const name = new Uint8Array(NAME_OCTETS[6]);
  const view = new DataView(name.buffer);
  view.setUint16(0, AF_INET6, true);
  view.setUint16(PORT_AT, port);
  name.set(parseIpv6(written) ?? [], ADDRESS_AT[6]);
  // RFC 4007 §11.2: the interface is given by name, or by number.
  if (zone !== undefined) view.setUint32(24, Number(zone) || calls.interfaceIndex(zone), true);
  return name;
}

/** @throws The same error as Node's own sockets, with `code` and `syscall`. */
function checked(syscall: string, outcome: number): number {
  if (outcome >= 0) return outcome;
  const code = getSystemErrorName(outcome);
  throw Object.assign(new Error(`${syscall} ${code}`), { errno: outcome, code, syscall });
}
