/**
 * How images of zones, and bodies of policies, reach answer processes: small ones in the message, large ones
 * in a file, which is written once for all processes. Control then keeps only the file's name, and processes
 * that begin later read the file.
 *
 * Each control has files of its own: a control that takes over removes those of its predecessors only once it
 * has replaced them. While it runs it writes those anew that somebody removes.
 */

import { createHash } from 'node:crypto';
import { chown, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Keeping } from '../../base/files/keeping.ts';
import { removeNames } from '../../base/files/remove-names.ts';
import { makeFolders, replaceFile } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';
import { toBase64 } from '../../base/octets-text.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { encodePolicyBody } from '../../rpc/policy-body.ts';
import type { SentOctets, SentZone, ZoneUpdate } from '../../rpc/zone-update.ts';
import type { Account } from '../../transport/privileges.ts';
import { HeldFiles } from './held-files.ts';

/**
 * Octets that may be part of a message: some thousand records. The processes that read it have queries to
 * answer.
 */
const MOST_INLINE = 32 * 1024;
const NO_OCTETS = new Uint8Array(0);
/** Milliseconds after which it is looked whether files are still there. */
const LOOK_MS = 5000;

export interface ZoneImagesOptions {
  readonly folder: string;
  /** The id of this control, which no other has. */
  readonly id: string;
  /** The user of answer processes, where they do not run as the user of control. */
  readonly account: Account | undefined;
  readonly log: Logger;
}

export class ZoneImages {
  readonly #options: ZoneImagesOptions;
  readonly #keeping: Keeping;
  readonly #held = new HeldFiles();
  #laterFiles = 0;
  #looking: NodeJS.Timeout | undefined;
  #restoring: Promise<unknown> | undefined;

  constructor(options: ZoneImagesOptions) {
    this.#options = options;
    const { folder, id, log } = options;
    // Zones whose octets went in messages are served; whether the next ones may go in files is tried with a small one.
    const probe = path.join(folder, `${id}-probe`);
    this.#keeping = new Keeping({
      what: 'images of zones',
      place: { folder },
      loss: 'Large zones are slow to be served, as their images cannot be written',
      log,
      again: async () => {
        await this.#makeFolder();
        await replaceFile(probe, [new Uint8Array(MOST_INLINE)]);
        await rm(probe, { force: true });
        await this.#restoreAll();
      },
    });
  }

  /** Returns the zone in the form in which it is sent, with the numbers of its targets. */
  async pack({ image, policy, ...rest }: ZoneUpdate, numbers: readonly number[] = []): Promise<SentZone> {
    const sent = { ...rest, image: await this.#packOctets(rest, 'zone', image) };
    if (policy === undefined) return sent;
    const { manifest, script, targets: _, lists = NO_OCTETS, ...facts } = policy;
    const targets = Float64Array.from(numbers);
    const body = await this.#packOctets(
      rest,
      'policy',
      encodePolicyBody({ manifest, targets, lists, script }),
    );
    return { ...sent, policy: { ...facts, body } };
  }

  /** Returns what is told of a version later, in the form in which it is sent; no two calls write the same file. */
  packLater(zone: SentZone, octets: Uint8Array): Promise<SentOctets> {
    return this.#packOctets(zone, `later-${this.#laterFiles++}`, octets);
  }

  /** Writes the files anew that are gone: an operator may remove the whole state folder. */
  async restore(): Promise<void> {
    // Each look at a disk that hangs takes one of libuv's few threads.
    this.#restoring ??= this.#keeping
      .attempt(() => this.#restoreAll())
      .finally(() => {
        this.#restoring = undefined;
      });
    await this.#restoring;
  }

  /** Removes the files of a zone, once no process reads them any more. */
  async remove({ image, history, signed, policy }: SentZone): Promise<void> {
    await Promise.all([image, history, signed, policy?.body].map((octets) => this.removeOctets(octets)));
  }

  /** Removes the file of octets, if they are in one. */
  async removeOctets(octets: SentOctets | undefined): Promise<void> {
    // One that cannot be removed is removed by the next control.
    if (octets === undefined || !('file' in octets)) return;
    await this.#held.release(octets.file);
    await rm(octets.file, { force: true }).catch(() => {});
  }

  /** Removes the files of this control. */
  async clear(): Promise<void> {
    this.#keeping.stop();
    clearInterval(this.#looking);
    await this.#held.releaseAll();
    await this.#removeThose((name) => name.startsWith(this.#options.id));
  }

  /** Removes the files of all earlier controls. */
  takeOver(): Promise<void> {
    return this.#removeThose((name) => !name.startsWith(this.#options.id));
  }

  async #packOctets(
    of: Pick<ZoneUpdate, 'zone' | 'version'>,
    what: string,
    octets: Uint8Array,
  ): Promise<SentOctets> {
    const file = octets.length > MOST_INLINE ? await this.#write(of, what, octets) : undefined;
    return file === undefined ? { base64: toBase64(octets) } : { file };
  }

  /**
   * Returns the name of the file; `undefined` where it cannot be written: the octets then go in messages,
   * which takes longer.
   */
  async #write(
    { zone, version }: Pick<ZoneUpdate, 'zone' | 'version'>,
    what: string,
    octets: Uint8Array,
  ): Promise<string | undefined> {
    const { folder, id } = this.#options;
    const file = path.join(
      folder,
      `${id}-${createHash('sha256').update(zone).digest('hex').slice(0, 16)}-${version}-${what}`,
    );
    try {
      await this.#put(file, octets);
      await this.#held.hold(file);
      this.#looking ??= setInterval(() => void this.restore(), LOOK_MS).unref();
      return file;
    } catch (error) {
      this.#keeping.failed(error);
      return undefined;
    }
  }

  /** Puts a file in its place as a whole: processes may know its name already. */
  async #put(file: string, content: Uint8Array | Readable): Promise<void> {
    const { account } = this.#options;
    const draft = `${file}.new`;
    try {
      await this.#makeFolder();
      await writeFile(draft, content, { mode: 0o600 });
      if (account !== undefined) await chown(draft, account.uid, account.gid);
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw error;
    }
  }

  async #restoreAll(): Promise<void> {
    for (const file of await this.#held.namelessIn(this.#options.folder)) await this.#restoreOne(file);
  }

  async #restoreOne(file: string): Promise<void> {
    const content = this.#held.contentOf(file);
    if (content === undefined) return;
    try {
      await this.#put(file, content);
      await this.#held.holdAnew(file);
    } catch (error) {
      if (this.#held.has(file)) throw error;
    }
    // A version that was replaced meanwhile needs no file any more.
    if (!this.#held.has(file)) await rm(file, { force: true }).catch(() => {});
  }

  async #makeFolder(): Promise<void> {
    const { folder } = this.#options;
    // Other users can open a file whose name they know, but cannot list the names.
    await makeFolders(path.dirname(folder));
    await makeFolders(folder, 0o711);
  }

  async #removeThose(mayGo: (name: string) => boolean): Promise<void> {
    const { folder, log } = this.#options;
    try {
      await removeNames(folder, mayGo);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOTDIR') return;
      log.warn({ folder }, `Images of zones cannot be removed: ${systemErrorText(error)}`);
    }
  }
}
