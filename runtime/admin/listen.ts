/** Where an HTTP interface of control listens, with its connections within bounds, until it is closed. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { DnsteerError } from '../base/errors.ts';
import { type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { systemErrorText } from '../base/system-error.ts';
import { createBoundedServer } from './connections.ts';

export interface HttpListener {
  /** With the port that the system chose, where the settings leave that to it. */
  readonly bound: SocketAddress;
  /** Ends all connections. Resolves, whatever error they end with. */
  close(): Promise<void>;
}

/**
 * Listens at an address; `purpose` and `setting` are for the message if that fails.
 * @throws {DnsteerError} `START`, if it cannot listen there.
 */
export async function listenHttp(
  { address, port }: SocketAddress,
  fetch: Parameters<typeof getRequestListener>[0],
  { purpose, setting }: { readonly purpose: string; readonly setting: string },
): Promise<HttpListener> {
  const serve = getRequestListener(fetch);
  const server = createBoundedServer((request, response) => void serve(request, response));
  server.listen(port, address);
  try {
    await once(server, 'listening');
  } catch (error) {
    const what = `Cannot listen on ${socketAddressToText({ address, port })} for ${purpose}: ${systemErrorText(error)}`;
    throw new DnsteerError('START', `${what}; set ${setting} to another address, or to "off"`);
  }
  return {
    bound: { address, port: (server.address() as AddressInfo).port },
    close: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
