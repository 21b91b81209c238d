/** A port that was free a moment ago for UDP and TCP on loopback, for servers that several processes share. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

export async function freePort(): Promise<number> {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const address = tcp.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port');
  const udp = createSocket('udp4').bind(address.port, '127.0.0.1');
  const [event] = await Promise.race([once(udp, 'listening').then(() => ['listening']), once(udp, 'error')]);
  udp.close();
  tcp.close();
  await once(tcp, 'close');
  return event === 'listening' ? address.port : freePort();
}
