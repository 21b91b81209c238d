/**
 * Keeps the secrets of TLS: reads certificate and key again when their files change, and changes the
 * key that tickets are made with. Files that cannot be used leave those before in place.
 *
 * As with policies no event is believed: each is a hint to look, and a slow round looks anyway.
 */
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { DnsteerError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { FolderEvents } from '../registry/folder/events.ts';
import type { TlsSecrets } from '../rpc/answer-settings.ts';
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.ts';

/** Quiet before looking: what renews certificates writes two files. */
const QUIET_MS = 300;
const ROUND_MS = 30_000;
/** A thief of the key can read the TLS 1.2 sessions it resumed, so it is not used for longer than this (RFC 5077 §5.5). */
const TICKET_KEY_MS = 6 * 3600 * 1000;
/** What Node makes ticket keys of. */
const TICKET_KEY_OCTETS = 48;

export interface TlsKeeperOptions {
  readonly files: CertificateFiles;
  readonly log: Logger;
  /** Gets the first secrets, and those after each change. */
  readonly onSecrets: (secrets: TlsSecrets) => void;
}

export class TlsKeeper {
  readonly #files: CertificateFiles;
  readonly #log: Logger;
  readonly #onSecrets: TlsKeeperOptions['onSecrets'];
  #current: Certificate;
  #ticketKey = randomBytes(TICKET_KEY_OCTETS);
  #complaint: string | undefined;
  readonly #events: FolderEvents;
  readonly #timers: readonly NodeJS.Timeout[];
  #hinted: NodeJS.Timeout | undefined;

  /** @throws {DnsteerError} `START`, if the files cannot be used. */
  constructor({ files, log, onSecrets }: TlsKeeperOptions) {
    const read = readCertificate(files);
    if (!read.ok) throw new DnsteerError('START', read.problem);
    this.#files = files;
    this.#log = log;
    this.#onSecrets = onSecrets;
    this.#current = read.value;
    this.#events = new FolderEvents(path.dirname(files.certificate), () => this.#hint());
    this.#watch();
    this.#timers = [
      setInterval(() => this.look(), ROUND_MS).unref(),
      setInterval(() => this.#changeTicketKey(), TICKET_KEY_MS).unref(),
    ];
    this.#tell();
  }

  /** What an operator should know: that the certificate has expired, or another could not be used. */
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
      if (complaint !== this.#complaint) this.#log.warn(complaint);
      this.#complaint = complaint;
      return;
    }
    this.#complaint = undefined;
    const { certificate, key, validTo } = read.value;
    if (certificate === this.#current.certificate && key === this.#current.key) return;
    this.#current = read.value;
    this.#log.info({ validTo: validTo.toISOString() }, 'Certificate has changed');
    this.#tell();
  }

  stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#hinted);
    this.#events.close();
    return Promise.resolve();
  }

  /** A watch ends with its first event. What changed before it began is hinted at when it has. */
  #watch(): void {
    for (const folder of foldersOf(this.#files)) this.#events.see(folder);
    this.#events.settle();
  }

  #hint(): void {
    clearTimeout(this.#hinted);
    this.#hinted = setTimeout(() => this.look(), QUIET_MS);
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

/** Where the files are, and where links lead that stand for them. */
function foldersOf({ certificate, key }: CertificateFiles): Set<string> {
  return new Set([certificate, key].flatMap((file) => [path.dirname(file), path.dirname(targetOf(file))]));
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // It has gone since it was read: its return is an event of its folder.
    return file;
  }
}
