/**
 * The certificate and keys of TLS, and news of their changes: servers take new ones without losing a
 * connection. All processes have the same key for tickets, so that a session begun in one process is resumed
 * in any (RFC 5077 §3, RFC 8446 §2.2). A ticket from before the last change of this key leads to a full
 * handshake.
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

  /** Uses these secrets for new handshakes from now on. */
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
    // By default Node makes it from the command line, which can differ between processes.
    sessionIdContext: 'dnsteer',
    // RFC 9325 §3.1.1: older versions must not be used.
    minVersion: 'TLSv1.2',
  };
}
