/** Where updates over HTTP are taken: at the address that the settings say, or nowhere. */
import { type HttpListener, listenHttp } from '../../admin/listen.ts';
import { type SocketAddress, socketAddressToText } from '../../base/net/socket-address.ts';
import { type HttpUpdatesOptions, httpUpdates } from './http-updates.ts';

export class HttpPlace {
  readonly #options: HttpUpdatesOptions;
  #listener: HttpListener | undefined;
  /** As the settings say it. */
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
    const names = { purpose: 'updates', setting: 'update.listen' };
    this.#listener = await listenHttp(listen, httpUpdates(this.#options).fetch, names);
    this.#at = at;
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#at = 'off';
    await listener?.close();
  }
}
