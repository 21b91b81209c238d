/**
 * The secrets of DNS cookies where the operator gives none: made here, kept in the state folder for the next
 * start, and changed once a day (RFC 7873 §7.1). The next secret is accepted a day before it makes cookies,
 * and the last one for a day after, so that no process, and no second server with the same folder, ever meets
 * a cookie it does not know.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Keeping } from '../base/files/keeping.ts';
import { fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import { makeFolders, replaceFile } from '../base/files/replace-file.ts';
import type { Logger } from '../base/log.ts';
import { MOST_COOKIE_FILE_OCTETS, parseCookieSecrets } from '../config/cookie-secret-file.ts';

const ROTATE_MS = 24 * 3_600_000;
const LOOK_MS = 600_000;

interface Kept {
  /** The secret that makes cookies, the next one, and the last one. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly since: number;
}

export class CookieSecrets {
  readonly #file: string;
  readonly #log: Logger;
  readonly #onChange: (secrets: readonly string[]) => void;
  readonly #now: () => number;
  #kept: Kept = { secrets: [], since: 0 };
  #timer: NodeJS.Timeout | undefined;
  readonly #keeping: Keeping;

  /** `onChange` gets the secrets in force, whenever they change. */
  constructor(file: string, log: Logger, onChange: (secrets: readonly string[]) => void, now = Date.now) {
    this.#file = file;
    this.#log = log;
    this.#onChange = onChange;
    this.#now = now;
    this.#keeping = new Keeping({
      what: 'cookie secrets',
      place: { file },
      loss: 'Cookie secrets cannot be kept, and are lost at the next start',
      log,
      again: () => this.#write(),
    });
  }

  /** The secrets in force; none before the start. */
  get secrets(): readonly string[] {
    return this.#kept.secrets;
  }

  start(): void {
    void this.refresh();
    this.#timer = setInterval(() => void this.refresh(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#keeping.stop();
  }

  /**
   * Reads the secrets that are kept, and makes others if their day is over; resolves when those in force are kept, or
   * cannot be.
   */
  async refresh(): Promise<void> {
    const before = this.#kept.secrets;
    const read = this.#read();
    this.#kept = read ?? this.#kept;
    const isOver = this.#now() - this.#kept.since >= ROTATE_MS;
    if (isOver) this.#rotate();
    if (this.#kept.secrets.join() !== before.join()) this.#onChange(this.#kept.secrets);
    // An operator may remove the whole state folder.
    if (isOver || read === undefined) await this.#keeping.attempt(() => this.#write());
  }

  #rotate(): void {
    const [last, next = make()] = this.#kept.secrets;
    this.#kept = { secrets: [next, make(), ...(last === undefined ? [] : [last])], since: this.#now() };
  }

  async #write(): Promise<void> {
    await makeFolders(path.dirname(this.#file));
    const { secrets, since } = this.#kept;
    await replaceFile(this.#file, [Buffer.from(`${secrets.join('\n')}\n`)], { modifiedAt: since });
  }

  #read(): Kept | undefined {
    const read = readRegularFileSync(this.#file, { mostOctets: MOST_COOKIE_FILE_OCTETS });
    if (!read.ok) {
      if (read.problem.kind !== 'absent')
        this.#log.warn(
          { file: this.#file },
          `Cookie secrets cannot be read: ${fileProblemText(read.problem)}`,
        );
      return undefined;
    }
    const { octets, stats } = read.value;
    const secrets = parseCookieSecrets(octets.toString('utf8'));
    if (secrets.length > 0) return { secrets, since: Number(stats.mtimeMs) };
    this.#log.warn({ file: this.#file }, 'The file of cookie secrets is not sound: others are made');
    return undefined;
  }
}

function make(): string {
  return randomBytes(16).toString('hex');
}
