/** What was looked at to compile policies, by file, so that each policy knows its own though all are compiled together. */

/** Paths are relative to the root of the policies folder. */
export interface Seen {
  /** Paths that were read or looked for, there or not. A change of any of these files can change the outcome. */
  readonly inputs: Set<string>;
  /** Files that were read → the hash of their content; of those that were not there, NO_CONTENT. */
  readonly hashes: Map<string, string>;
  /** The files that it imports; of a policy, all that it consists of. */
  readonly files: Set<string>;
}

export class Sightings {
  readonly #byFile = new Map<string, Seen>();

  /** What is looked at for one file: its content, and where its imports lead. */
  of(file: string): Seen {
    const seen = this.#byFile.get(file) ?? { inputs: new Set(), hashes: new Map(), files: new Set() };
    this.#byFile.set(file, seen);
    return seen;
  }

  /** What was looked at for a policy and all it imports. */
  allOf(policy: string): Seen {
    const all: Seen = { inputs: new Set(), hashes: new Map(), files: new Set([policy]) };
    // A set also yields what is added to it on the way.
    for (const file of all.files) {
      const { inputs, hashes, files } = this.of(file);
      for (const input of inputs) all.inputs.add(input);
      for (const [input, hash] of hashes) all.hashes.set(input, hash);
      for (const imported of files) all.files.add(imported);
    }
    return all;
  }
}
