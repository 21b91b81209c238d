/** Where the admin server is: at the address that the settings say, or nowhere. */
import { type AdminOptions, type AdminServer, startAdmin } from '../admin/server.ts';
import type { Config } from '../config/config.ts';

export class AdminPlace {
  readonly #options: Pick<AdminOptions, 'source' | 'observe' | 'log'>;
  #server: AdminServer | undefined;

  constructor(options: Pick<AdminOptions, 'source' | 'observe' | 'log'>) {
    this.#options = options;
  }

  /** The address of the admin page; `undefined` where the server is off or could not be opened. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  /**
   * Moves the admin server to this address.
   * @throws {DnsteerError} `START`, if it cannot listen there; there is no admin server then.
   */
  async open({ listen, token }: Config['admin']): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
    if (listen !== 'off') this.#server = await startAdmin({ ...this.#options, listen, token });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }
}
