/**
 * Files that outlive their names. An operator may remove the whole state folder while the server runs; what control
 * holds open keeps its content, and can be written anew.
 */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { namesIn } from '../../base/files/names-in.ts';

/** Files at most that are held open; control needs descriptors for sockets as well. Further ones can be lost. */
const MOST_HELD = 1024;

export class HeldFiles {
  readonly #held = new Map<string, FileHandle>();

  /** Holds a file from now on, in place of one of this name before. One that cannot be opened is not held. */
  async hold(file: string): Promise<void> {
    await this.release(file);
    if (this.#held.size >= MOST_HELD) return;
    const handle = await open(file).catch(() => undefined);
    if (handle !== undefined) this.#held.set(file, handle);
  }

  /** Holds what was written anew in place of what was held, unless that has been released meanwhile. */
  async holdAnew(file: string): Promise<void> {
    const handle = await open(file).catch(() => undefined);
    if (handle === undefined) return;
    const before = this.#held.get(file);
    if (before !== undefined) this.#held.set(file, handle);
    await (before ?? handle).close();
  }

  async release(file: string): Promise<void> {
    const handle = this.#held.get(file);
    this.#held.delete(file);
    await handle?.close();
  }

  async releaseAll(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((file) => this.release(file)));
  }

  /** The files that have lost their names in this folder. Rejects with the system's error. */
  async namelessIn(folder: string): Promise<string[]> {
    if (this.#held.size === 0) return [];
    const names = new Set(await namesIn(folder));
    return [...this.#held.keys()].filter((file) => !names.has(path.basename(file)));
  }

  /** The content of a file; `undefined` if it is not held any more. */
  contentOf(file: string): Readable | undefined {
    return this.#held.get(file)?.createReadStream({ start: 0, autoClose: false });
  }

  has(file: string): boolean {
    return this.#held.has(file);
  }
}
