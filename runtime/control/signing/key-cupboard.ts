/**
 * The key folder as control last saw it. Zones ask for keys, and have keys made, while the folder is being read
 * again: what was made meanwhile is not lost.
 */

import type { FolderKey, KeyProblem } from '../../dnssec/keys/kept-key.ts';
import { NO_KEYS, readKeyFolder } from '../../dnssec/keys/key-folder.ts';

export class KeyCupboard {
  #seen = NO_KEYS;
  /** Problems by zone; under the empty name those of the folder. */
  #byZone: ReadonlyMap<string, readonly KeyProblem[]> = new Map();
  /** Keys that were made here since the last look began, by zone. */
  readonly #made = new Map<string, readonly FolderKey[]>();
  /** Zones whose key files are being written, and all in which some were since the last look began. */
  readonly #written = new Set<string>();
  #touched = new Set<string>();

  /** What is wrong with the folder and with keys in it. */
  get problems(): readonly KeyProblem[] {
    return this.#seen.problems;
  }

  keysOf(zone: string): readonly FolderKey[] {
    return this.#made.get(zone) ?? this.#seen.zones.get(zone) ?? [];
  }

  /** Why a zone may have keys that are not among those above. */
  problemsOf(zone: string): readonly KeyProblem[] {
    return [...(this.#byZone.get(zone) ?? []), ...(this.#byZone.get('') ?? [])];
  }

  add(zone: string, keys: readonly FolderKey[]): void {
    this.#made.set(zone, keys);
  }

  /** Writes files of a zone's keys: who looks meanwhile may see half of a key, and says nothing of it. */
  async write<T>(zone: string, work: () => Promise<T>): Promise<T> {
    this.#written.add(zone);
    this.#touched.add(zone);
    try {
      return await work();
    } finally {
      this.#written.delete(zone);
    }
  }

  async look(folder: string): Promise<void> {
    const before = new Map(this.#made);
    const touched = new Set(this.#written);
    this.#touched = touched;
    const seen = await readKeyFolder(folder, this.#seen);
    // The next look tells of what stays wrong; a change of the folder brings it on.
    const problems = seen.problems.filter(({ zone }) => zone === undefined || !touched.has(zone));
    this.#seen = { ...seen, problems };
    const grave = problems.filter(({ zone, code }) => zone !== undefined || code === 'KEY_FOLDER');
    this.#byZone = Map.groupBy(grave, ({ zone = '' }) => zone);
    // Keys made before are in the folder, unless somebody took them out again.
    for (const [zone, keys] of before) if (this.#made.get(zone) === keys) this.#made.delete(zone);
  }
}
