/**
 * The audit log in the state folder: a line of JSON for each request that was to change something. When it is as large as
 * it may be, it becomes the one before, which goes.
 */
import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { AuditEntry } from '../../admin/audit.ts';
import { giveToOwner } from '../../base/files/folder-owner.ts';
import { Keeping } from '../../base/files/keeping.ts';
import { writeInFolder } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';

/** No link leads elsewhere, and a pipe in place of the file is not waited for. */
const FLAGS =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const FILE_MODE = 0o600;
const MOST_OCTETS = 4 * 2 ** 20;
/** Lines that wait for a disk that cannot be written; then the oldest are lost. */
const MOST_WAITING = 10_000;

export class AuditLog {
  readonly #file: string;
  readonly #keeping: Keeping;
  #waiting: string[] = [];
  #writing: Promise<unknown> = Promise.resolve();

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#keeping = new Keeping({
      what: 'the audit log',
      place: { file },
      loss: 'What operators ask for is not written into the audit log, and waits',
      log,
      again: () => this.#write(),
    });
  }

  note(entry: AuditEntry): void {
    this.#waiting.push(`${JSON.stringify(entry)}\n`);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#writing = this.#writing.then(() => this.#keeping.attempt(() => this.#write()));
  }

  async stop(): Promise<void> {
    await this.#writing;
    this.#keeping.stop();
  }

  async #write(): Promise<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    const octets = Buffer.from(lines.join(''));
    await writeInFolder(path.dirname(this.#file), () => this.#add(octets));
    this.#waiting = this.#waiting.slice(lines.length);
  }

  async #add(octets: Buffer): Promise<void> {
    {
      await using handle = await open(this.#file, FLAGS, FILE_MODE);
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error(`${this.#file} is no regular file`);
      if (stats.size === 0) await giveToOwner(handle, path.dirname(this.#file));
      await handle.writeFile(octets);
      await handle.sync();
      if (stats.size + octets.length <= MOST_OCTETS) return;
    }
    await rename(this.#file, `${this.#file}.1`);
  }
}
