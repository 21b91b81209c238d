/** Where the admin server is: at the address that the settings say, or nowhere. */
import { type AdminOptions, type AdminServer, startAdmin } from '../admin/server.ts';
import type { Config } from '../config/config.ts';
import { ChangeToken } from './change-token.ts';

export interface PlaceOptions extends Pick<AdminOptions, 'source' | 'observe' | 'log' | 'audit'> {
  /** Where the token of requests that change something is, if the settings have none. */
  readonly changeTokenFile: string;
}

export class AdminPlace {
  readonly #options: PlaceOptions;
  readonly #changeToken: ChangeToken;
  #server: AdminServer | undefined;

  constructor(options: PlaceOptions) {
    this.#options = options;
    this.#changeToken = new ChangeToken(options.changeTokenFile, options.log);
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
    if (listen === 'off') return;
    if (token === undefined) await this.#changeToken.make();
    const changes = { token: () => this.#changeToken.value, file: this.#options.changeTokenFile };
    this.#server = await startAdmin({ ...this.#options, changes, listen, token });
  }

  async close(): Promise<void> {
    this.#changeToken.stop();
    await this.#server?.close();
  }
}
