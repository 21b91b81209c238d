/**
 * A port that was free a moment ago for UDP and TCP on loopback, for servers that several processes share. It is none
 * of those that the system gives to whoever asks for any, or a client's socket might have it by the time it is used.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below Linux's own range (ip_local_port_range), and above what services have. */
const FROM = 20_000;
const TO = 32_000;
/**
 * Each process goes on from a place of its own: a port drawn at random may have been given to another test, which has
 * not opened it yet.
 */
let next = (process.pid * 7919) % (TO - FROM);

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + next;
    next = (next + 1) % (TO - FROM);
    const tcp = createServer();
    const udp = createSocket('udp4');
    try {
      tcp.listen(port, '127.0.0.1');
      await once(tcp, 'listening');
      udp.bind(port, '127.0.0.1');
      await once(udp, 'listening');
      return port;
    } catch {
      // Somebody has it.
    } finally {
      udp.close();
      await tcp[Symbol.asyncDispose]().catch(() => {});
    }
  }
}
