/**
 * The key folder as control last saw it. Zones ask for keys, and have keys made, while the folder is being read
 * again: what was made meanwhile is not lost.
 */
import type { Result } from '../../base/result.ts';
import type { FolderKey, KeyProblem } from '../../dnssec/keys/kept-key.ts';
import { NO_KEYS, readKeyFolder } from '../../dnssec/keys/key-folder.ts';

export class KeyCupboard {
  #seen = NO_KEYS;
  /** Problems by zone; under the empty name those of the folder. */
  #byZone: ReadonlyMap<string, readonly KeyProblem[]> = new Map();
  /** Keys that were made here since the last look began, by zone. */
  readonly #made = new Map<string, readonly FolderKey[]>();
  readonly #writing = new Set<string>();
  /** Zones whose files were written since the last look began, which may have seen them in part. */
  #unsteady: Set<string> = new Set();

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

  /** Takes the keys of a zone as they are after a change of their files; changes of a zone take turns. */
  async change(zone: string, work: () => Promise<Result<readonly FolderKey[]>>): ReturnType<typeof work> {
    this.#writing.add(zone);
    this.#unsteady.add(zone);
    try {
      const done = await work();
      if (done.ok) this.#made.set(zone, done.value);
      return done;
    } finally {
      this.#writing.delete(zone);
    }
  }

  async look(folder: string): Promise<void> {
    const before = new Map(this.#made);
    this.#unsteady = new Set(this.#writing);
    const seen = await readKeyFolder(folder, this.#seen);
    const problems = seen.problems.filter(({ zone }) => zone === undefined || !this.#unsteady.has(zone));
    this.#seen = { ...seen, problems };
    const grave = problems.filter(({ zone, code }) => zone !== undefined || code === 'KEY_FOLDER');
    this.#byZone = Map.groupBy(grave, ({ zone = '' }) => zone);
    // Keys made before are in the folder, unless somebody took them out again.
    for (const [zone, keys] of before) if (this.#made.get(zone) === keys) this.#made.delete(zone);
  }
}
