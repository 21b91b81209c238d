/**
 * The certificate and keys that TLS goes by, and news of them: servers take others without a
 * connection being lost. All processes have the same key for tickets, so that a session begun in one
 * is resumed in any (RFC 5077 §3, RFC 8446 §2.2); a ticket from before the last change of it is
 * answered by a full handshake.
 */
import type { TlsOptions } from 'node:tls';
import type { TlsSecrets } from '../../rpc/answer-settings.ts';

/** Seconds that a ticket is good for; RFC 8446 §4.6.1 allows a week. */
const TICKET_SECONDS = 6 * 3600;

export class Credentials {
  #options: TlsOptions;
  readonly #listeners: (() => void)[] = [];

  constructor(secrets: TlsSecrets) {
    this.#options = optionsFrom(secrets);
  }

  get options(): TlsOptions {
    return this.#options;
  }

  /** New handshakes go by these from now on. */
  change(secrets: TlsSecrets): void {
    this.#options = optionsFrom(secrets);
    for (const tell of this.#listeners) tell();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

function optionsFrom({ certificate, key, ticketKey }: TlsSecrets): TlsOptions {
  return {
    cert: certificate,
    key,
    ticketKeys: Buffer.from(ticketKey, 'base64'),
    sessionTimeout: TICKET_SECONDS,
    // Else it is made from the command line, which processes need not have in common.
    sessionIdContext: 'dnsteer',
    // RFC 9325 §3.1.1: nothing older.
    minVersion: 'TLSv1.2',
  };
}
