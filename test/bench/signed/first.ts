/**
 * How long the first answer to a question takes: names below a wildcard, each asked once, one after the other, so that
 * who signs as it answers signs each time.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ZONE } from '../cases.ts';
import { quantile } from '../measure.ts';
import { FIRST, newNames, questionWithDo } from './cases.ts';
import type { SignedPeer } from './peers.ts';

export interface FirstAnswers {
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Of {@link ASKED}: answers without an address, truncated ones as well. */
  readonly failed: number;
}

export const ASKED = 3000;
/** Before, on names of their own: while code is compiled. */
const WARM_UP = 2000;

export async function firstAnswers({ port }: SignedPeer): Promise<FirstAnswers> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const taken: number[] = [];
  let failed = 0;
  for (const name of newNames(WARM_UP + ASKED, `${FIRST}.${ZONE}`)) {
    const question = questionWithDo(name);
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    const sentAt = performance.now();
    socket.send(question);
    const [reply] = (await answered) as [Buffer];
    taken.push(1000 * (performance.now() - sentAt));
    if (taken.length > WARM_UP && !isWhole(reply)) failed += 1;
    await nextTurn();
  }
  socket.close();
  const measured = taken.slice(WARM_UP);
  return { p50: quantile(measured, 0.5), p99: quantile(measured, 0.99), failed };
}

const PATIENCE_MS = 5000;

/** Neither truncated nor without an answer (RFC 1035 §4.1.1). */
function isWhole(reply: Buffer): boolean {
  return ((reply[2] ?? 0) & TC) === 0 && reply.readUInt16BE(6) > 0;
}

const TC = 0x02;
