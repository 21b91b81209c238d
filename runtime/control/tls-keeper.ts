/**
 * Keeps the secrets of TLS: reads certificate and key again when their files change, and changes the key of
 * session tickets. If the new files cannot be used, the certificate and key before them stay in use; so they do while a
 * file that is written in place may be half of what it is to be.
 */
import { randomBytes } from 'node:crypto';
import { DnsteerError } from '../base/errors.ts';
import { WrittenInPlace } from '../base/files/written-in-place.ts';
import type { Logger } from '../base/log.ts';
import { FileHints } from '../registry/folder/file-hints.ts';
import type { TlsSecrets } from '../rpc/answer-settings.ts';
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.ts';

/** Milliseconds without an event before a look: programs that renew certificates write two files. */
const QUIET_MS = 300;
/**
 * Milliseconds for which a ticket key is used: a thief of it can read the TLS 1.2 sessions it resumed (RFC
 * 5077 §5.5).
 */
const TICKET_KEY_MS = 6 * 3600 * 1000;
/** Octets of the ticket keys of Node. */
const TICKET_KEY_OCTETS = 48;

export interface TlsKeeperOptions {
  readonly files: CertificateFiles;
  readonly log: Logger;
  /** Called with the first secrets, and with new ones after each change. */
  readonly onSecrets: (secrets: TlsSecrets) => void;
}

export class TlsKeeper {
  readonly #files: CertificateFiles;
  readonly #log: Logger;
  readonly #onSecrets: TlsKeeperOptions['onSecrets'];
  #current: Certificate;
  #ticketKey = randomBytes(TICKET_KEY_OCTETS);
  #complaint: string | undefined;
  readonly #writing = { certificate: new WrittenInPlace(), key: new WrittenInPlace() };
  readonly #hints: FileHints;
  readonly #ticketKeys: NodeJS.Timeout;

  /** @throws {DnsteerError} `START`, if the files cannot be used. */
  constructor({ files, log, onSecrets }: TlsKeeperOptions) {
    const read = readCertificate(files);
    if (!read.ok) throw new DnsteerError('START', read.problem);
    this.#files = files;
    this.#log = log;
    this.#onSecrets = onSecrets;
    this.#current = read.value;
    this.#believe();
    this.#hints = new FileHints(QUIET_MS, () => this.look());
    this.#watch();
    this.#ticketKeys = setInterval(() => this.#changeTicketKey(), TICKET_KEY_MS).unref();
    this.#tell();
  }

  /** Warnings for the operator: the certificate has expired, or a new one could not be used. */
  warnings(now = Date.now()): string[] {
    const { validTo } = this.#current;
    const day = validTo.toISOString().slice(0, 10);
    const expired = `Certificate "${this.#files.certificate}" (tls.certificate) expired on ${day}: renew it; it is taken up once the file changes`;
    return [...(validTo.getTime() < now ? [expired] : []), ...(this.#complaint ? [this.#complaint] : [])];
  }

  /** Looks at the files now. */
  look(): void {
    this.#watch();
    const read = readCertificate(this.#files);
    if (!read.ok) {
      const complaint = `${read.problem}. The certificate before is used until then`;
      if (complaint !== this.#complaint) this.#log.warn({ code: 'TLS_FILE' }, complaint);
      this.#complaint = complaint;
      return;
    }
    const waitMs = this.#waitMs(read.value);
    if (waitMs !== undefined) {
      this.#hints.hint(waitMs);
      return;
    }
    const wasRefused = this.#complaint !== undefined;
    this.#complaint = undefined;
    const { certificate, key, validTo } = read.value;
    const isSame = certificate === this.#current.certificate && key === this.#current.key;
    if (isSame && wasRefused) this.#log.info('The files of certificate and key are again those in use');
    this.#current = read.value;
    this.#believe();
    if (isSame) return;
    this.#log.info({ validTo: validTo.toISOString() }, 'Certificate has changed');
    this.#tell();
  }

  stop(): Promise<void> {
    clearInterval(this.#ticketKeys);
    this.#hints.close();
    return Promise.resolve();
  }

  #watch(): void {
    const { certificate, key } = this.#files;
    this.#hints.watch([certificate, key]);
  }

  #believe(): void {
    const { certificate, key } = this.#current.read;
    this.#writing.certificate.believe(certificate);
    this.#writing.key.believe(key);
  }

  /** Milliseconds until files that fit each other may be whole: a chain may lack the certificates behind the first. */
  #waitMs({ read }: Certificate): number | undefined {
    const now = Date.now();
    const { certificate, key } = this.#writing;
    return certificate.waitMs(read.certificate, now) ?? key.waitMs(read.key, now);
  }

  #changeTicketKey(): void {
    this.#ticketKey = randomBytes(TICKET_KEY_OCTETS);
    this.#tell();
  }

  #tell(): void {
    const { certificate, key } = this.#current;
    this.#onSecrets({ certificate, key, ticketKey: this.#ticketKey.toString('base64') });
  }
}
