/** The secrets of TLS that the settings name: none where nothing is encrypted. */
import type { Logger } from '../base/log.ts';
import type { Config } from '../config/config.ts';
import type { TlsSecrets } from '../rpc/answer-settings.ts';
import { TlsKeeper } from './tls-keeper.ts';

export class TlsInUse {
  readonly #log: Logger;
  readonly #onSecrets: (secrets: TlsSecrets) => void;
  #keeper: TlsKeeper | undefined;

  constructor(log: Logger, onSecrets: (secrets: TlsSecrets) => void) {
    this.#log = log;
    this.#onSecrets = onSecrets;
  }

  /** Whether there are any secrets. */
  get isOn(): boolean {
    return this.#keeper !== undefined;
  }

  /**
   * Uses the files in these settings from now on. Where nothing is encrypted, the files need not exist.
   * @throws {DnsteerError} `START`, if the files cannot be used; those before stay in use.
   */
  use({ tls, https, http }: Pick<Config, 'tls' | 'https' | 'http'>): void {
    const before = this.#keeper;
    const { certificate, key } = tls;
    const isUsed = tls.listen.length + https.listen.length + http.redirect.tls.listen.length > 0;
    this.#keeper =
      !isUsed || certificate === undefined || key === undefined
        ? undefined
        : new TlsKeeper({ files: { certificate, key }, log: this.#log, onSecrets: this.#onSecrets });
    void before?.stop();
  }

  /** Warnings for the operator. */
  warnings(): string[] {
    return this.#keeper?.warnings() ?? [];
  }

  async stop(): Promise<void> {
    await this.#keeper?.stop();
  }
}
