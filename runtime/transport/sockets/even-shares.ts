/**
 * Even shares of queries for the processes that read from sockets at one address. Left to itself the kernel
 * chooses the socket by a hash of the client's address and port, so of a few clients that ask a lot, resolvers or
 * load balancers, one process may get most. Told by a program of its own language it draws one for each datagram.
 */
import type { Transport } from '../../wire/transport.ts';
import type { SystemCalls } from '../udp/system-calls.ts';
import { SOL_SOCKET } from './socket-numbers.ts';

export interface BoundAt {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  readonly descriptor: number;
}

/** Since Linux 4.5. */
const SO_ATTACH_REUSEPORT_CBPF = 51;
/** Octets of a struct sock_filter: an operation, two jumps, and a number. */
const INSTRUCTION = 8;
/** BPF_LD + BPF_W + BPF_ABS of SKF_AD_OFF + SKF_AD_RANDOM, BPF_ALU + BPF_MOD, BPF_RET + BPF_A (linux/filter.h). */
const DRAW = { operation: 0x20, number: 0xffff_f000 + 56 };
const MODULO = 0x94;
const RETURN = 0x16;

/**
 * Shares out the datagrams of each address evenly to its sockets, as many as these sets have there. A kernel that does not
 * know how goes on as before. Sockets that are bound later get nothing until this is called again, and where there are
 * fewer by now, the kernel chooses among those by itself.
 */
export function shareEvenly(
  calls: Pick<SystemCalls, 'setProgram'>,
  sets: Iterable<readonly BoundAt[]>,
): void {
  const groups = new Map<string, { descriptor: number; count: number }>();
  for (const { transport, address, port, descriptor } of [...sets].flat()) {
    if (transport !== 'udp') continue;
    const group = groups.get(`${address} ${port}`);
    if (group === undefined) groups.set(`${address} ${port}`, { descriptor, count: 1 });
    else group.count += 1;
  }
  for (const { descriptor, count } of groups.values()) {
    // The program is of all sockets at the address.
    if (count > 1) calls.setProgram(descriptor, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, oneOf(count));
  }
}

/** The program: a random number below `count`, by which the kernel counts sockets in the order in which they were bound. */
function oneOf(count: number): Uint8Array<ArrayBuffer> {
  const steps = [DRAW, { operation: MODULO, number: count }, { operation: RETURN, number: 0 }];
  const program = new DataView(new ArrayBuffer(INSTRUCTION * steps.length));
  for (const [index, { operation, number }] of steps.entries()) {
    program.setUint16(index * INSTRUCTION, operation, true);
    program.setUint32(index * INSTRUCTION + 4, number, true);
  }
  return new Uint8Array(program.buffer);
}
