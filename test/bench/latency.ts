/** How long answers take where nothing else is asked: one client that asks again once it has its answer. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { packet } from '../support/packet.ts';
import { quantile } from './measure.ts';

/** Of so many, while the server's code is compiled. */
const WARM_UP = 2000;

/** Microseconds until the answer to a question (`name type`), of so many in a row. */
export async function latency(
  port: number,
  question: string,
  count: number,
): Promise<{ p50: number; p99: number }> {
  const query = packet({ question });
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const taken: number[] = [];
  for (let asked = 0; asked < WARM_UP + count; asked += 1) {
    const answered = once(socket, 'message');
    const sentAt = performance.now();
    socket.send(query);
    await answered;
    taken.push(1000 * (performance.now() - sentAt));
    await nextTurn();
  }
  socket.close();
  const measured = taken.slice(WARM_UP);
  return { p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) };
}
