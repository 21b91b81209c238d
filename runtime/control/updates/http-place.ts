/** Where updates over HTTP are taken: at the address that the settings say, or nowhere. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createBoundedServer } from '../../admin/connections.ts';
import { DnsteerError } from '../../base/errors.ts';
import { type SocketAddress, socketAddressToText } from '../../base/net/socket-address.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { type HttpUpdatesOptions, httpUpdates } from './http-updates.ts';

export class HttpPlace {
  readonly #options: HttpUpdatesOptions;
  #server: Server | undefined;
  #at = 'off';

  constructor(options: HttpUpdatesOptions) {
    this.#options = options;
  }

  /**
   * Moves to an address.
   * @throws {DnsteerError} `START`, if it cannot listen there.
   */
  async open(listen: SocketAddress | 'off'): Promise<void> {
    const at = listen === 'off' ? listen : socketAddressToText(listen);
    if (at === this.#at) return;
    await this.close();
    if (listen === 'off') return;
    const serve = getRequestListener(httpUpdates(this.#options).fetch);
    const server = createBoundedServer((request, response) => void serve(request, response));
    server.listen(listen.port, listen.address);
    try {
      await once(server, 'listening');
    } catch (error) {
      const what = `Cannot listen on ${at} for updates: ${systemErrorText(error)}`;
      throw new DnsteerError('START', `${what}; set update.listen to another address, or to "off"`);
    }
    this.#server = server;
    this.#at = at;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#at = 'off';
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
