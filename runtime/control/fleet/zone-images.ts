/**
 * How images of zones, and bodies of policies, reach answer processes: small ones in the message, large ones
 * in a file, which is written once for all processes. Control then keeps only the file's name, and processes
 * that begin later read the file.
 *
 * Each control has files of its own: a control that takes over removes those of its predecessors only once it
 * has replaced them.
 */

import { createHash } from 'node:crypto';
import { chown, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Keeping } from '../../base/files/keeping.ts';
import { makeFolders, replaceFile } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';
import { toBase64 } from '../../base/octets-text.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { encodePolicyBody } from '../../rpc/policy-body.ts';
import type { SentOctets, SentZone, ZoneUpdate } from '../../rpc/zone-update.ts';
import type { Account } from '../../transport/privileges.ts';

/**
 * Octets that may be part of a message: some thousand records. The processes that read it have queries to
 * answer.
 */
const MOST_INLINE = 32 * 1024;

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
  #laterFiles = 0;

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
      },
    });
  }

  /** Returns the zone in the form in which it is sent, with the numbers of its targets. */
  async pack({ image, policy, ...rest }: ZoneUpdate, numbers: readonly number[] = []): Promise<SentZone> {
    const sent = { ...rest, image: await this.#packOctets(rest, 'zone', image) };
    if (policy === undefined) return sent;
    const { manifest, script, targets: _, ...facts } = policy;
    const targets = Float64Array.from(numbers);
    const body = await this.#packOctets(rest, 'policy', encodePolicyBody({ manifest, targets, script }));
    return { ...sent, policy: { ...facts, body } };
  }

  /** Returns what is told of a version later, in the form in which it is sent; no two calls write the same file. */
  packLater(zone: SentZone, octets: Uint8Array): Promise<SentOctets> {
    return this.#packOctets(zone, `later-${this.#laterFiles++}`, octets);
  }

  /** Removes the files of a zone, once no process reads them any more. */
  async remove({ image, history, signed, policy }: SentZone): Promise<void> {
    await Promise.all([image, history, signed, policy?.body].map((octets) => this.removeOctets(octets)));
  }

  /** Removes the file of octets, if they are in one. */
  async removeOctets(octets: SentOctets | undefined): Promise<void> {
    // One that cannot be removed is removed by the next control.
    if (octets !== undefined && 'file' in octets) await rm(octets.file, { force: true }).catch(() => {});
  }

  /** Removes the files of this control. */
  clear(): Promise<void> {
    this.#keeping.stop();
    return this.#removeThose((name) => name.startsWith(this.#options.id));
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
    const { folder, id, account } = this.#options;
    const file = path.join(
      folder,
      `${id}-${createHash('sha256').update(zone).digest('hex').slice(0, 16)}-${version}-${what}`,
    );
    try {
      await this.#makeFolder();
      await writeFile(file, octets, { mode: 0o600 });
      if (account !== undefined) await chown(file, account.uid, account.gid);
      return file;
    } catch (error) {
      await rm(file, { force: true }).catch(() => {});
      this.#keeping.failed(error);
      return undefined;
    }
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
      const names = (await readdir(folder)).filter(mayGo);
      await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return;
      log.warn({ folder }, `Images of zones cannot be removed: ${systemErrorText(error)}`);
    }
  }
}
