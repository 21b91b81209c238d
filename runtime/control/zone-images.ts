/**
 * How images of zones get to answer processes: small ones in the message, large ones by way of a file,
 * written once for all of them. Control then keeps its name only, and whoever begins later reads it.
 *
 * Each control has files of its own, so that one that takes over takes nothing away from those it
 * replaces until they are replaced.
 */
import { createHash } from 'node:crypto';
import { chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../base/log.ts';
import { makeFolders } from '../base/replace-file.ts';
import { systemErrorCode, systemErrorText } from '../base/system-error.ts';
import type { SentImage, SentZone, ZoneUpdate } from '../rpc/control-protocol.ts';
import type { Account } from '../transport/privileges.ts';

/** Octets of an image that is part of the message: some thousand records. */
const MOST_INLINE = 64 * 1024;

export interface ZoneImagesOptions {
  readonly folder: string;
  /** Of this control, as no other has it. */
  readonly id: string;
  /** Whoever is to read the files, if that is somebody else. */
  readonly account: Account | undefined;
  readonly log: Logger;
}

export class ZoneImages {
  readonly #options: ZoneImagesOptions;
  #isUnwritableTold = false;

  constructor(options: ZoneImagesOptions) {
    this.#options = options;
  }

  /** The zone as it can be sent. */
  async pack(update: ZoneUpdate): Promise<SentZone> {
    const { image, ...rest } = update;
    const file = image.length > MOST_INLINE ? await this.#write(update) : undefined;
    const sent: SentImage = file === undefined ? { base64: Buffer.from(image).toString('base64') } : { file };
    return { ...rest, image: sent };
  }

  /** To be called when nobody reads it any more. */
  async remove({ image }: SentZone): Promise<void> {
    if ('file' in image) await rm(image.file, { force: true });
  }

  /** Removes the files of this control. */
  clear(): Promise<void> {
    return this.#removeThose((name) => name.startsWith(this.#options.id));
  }

  /** Removes the files of all controls before. */
  takeOver(): Promise<void> {
    return this.#removeThose((name) => !name.startsWith(this.#options.id));
  }

  /** Nothing where it cannot be written: then it goes with the message, which takes longer. */
  async #write({ zone, version, image }: ZoneUpdate): Promise<string | undefined> {
    const { folder, id, account, log } = this.#options;
    const file = path.join(
      folder,
      `${id}-${createHash('sha256').update(zone).digest('hex').slice(0, 16)}-${version}`,
    );
    try {
      // Others may open a file whose name they know, and find none.
      await makeFolders(path.dirname(folder));
      await mkdir(folder, { recursive: true, mode: 0o711 });
      await writeFile(file, image, { mode: 0o600 });
      if (account !== undefined) await chown(file, account.uid, account.gid);
      return file;
    } catch (error) {
      await rm(file, { force: true }).catch(() => {});
      if (!this.#isUnwritableTold) {
        const remedy = 'Make it writable for dnsteer, or set "state" to a folder that is';
        log.warn({ folder }, `Large zones are slow to be served, as ${systemErrorText(error)}. ${remedy}`);
      }
      this.#isUnwritableTold = true;
      return undefined;
    }
  }

  async #removeThose(mayGo: (name: string) => boolean): Promise<void> {
    const { folder, log } = this.#options;
    try {
      const names = (await readdir(folder)).filter(mayGo);
      await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return;
      log.warn({ folder }, `Images of zones cannot be removed: ${systemErrorText(error)}`);
    }
  }
}
