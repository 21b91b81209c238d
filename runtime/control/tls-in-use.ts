/** The secrets of TLS as the settings name them: none, where nothing is encrypted. */
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
   * Keeps the files of these settings from now on. Where nothing is encrypted, files that are named need not be there.
   * @throws {DnsteerError} `START`, if the files cannot be used; those before are kept.
   */
  use({ tls, https }: Pick<Config, 'tls' | 'https'>): void {
    const before = this.#keeper;
    const { certificate, key } = tls;
    const isUsed = tls.listen.length + https.listen.length > 0;
    this.#keeper =
      !isUsed || certificate === undefined || key === undefined
        ? undefined
        : new TlsKeeper({ files: { certificate, key }, log: this.#log, onSecrets: this.#onSecrets });
    void before?.stop();
  }

  /** What an operator should know. */
  warnings(): string[] {
    return this.#keeper?.warnings() ?? [];
  }

  async stop(): Promise<void> {
    await this.#keeper?.stop();
  }
}
