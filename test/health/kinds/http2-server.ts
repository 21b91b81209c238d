/** Servers of HTTP/2 that checks are made at. */
import { once } from 'node:events';
import type { createSecureServer, Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { atEnd } from '../../support/at-end.ts';
import type { Scope } from '../../support/servers.ts';

/** Has it listen on loopback until the test is over; its port. */
export async function listening(
  t: Scope,
  server: Http2Server | ReturnType<typeof createSecureServer>,
): Promise<number> {
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
