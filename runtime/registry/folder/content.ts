/** What the policies folder holds, as the registry knows it: a hash for each file. */

export interface SeenFile {
  /** Of the content. */
  readonly hash: string;
  /** Milliseconds since 1970 of its last modification. */
  readonly modifiedAt: number;
}

/** Path relative to the folder → what is there. */
export type FolderContent = ReadonlyMap<string, SeenFile>;

/** Files that are new, gone, or have another content. */
export function changedFiles(before: FolderContent, after: FolderContent): Set<string> {
  const changed = new Set<string>();
  for (const [file, { hash }] of after) if (before.get(file)?.hash !== hash) changed.add(file);
  for (const file of before.keys()) if (!after.has(file)) changed.add(file);
  return changed;
}
