/** The content of the policies folder as the registry knows it: a hash for each file. */

export interface SeenFile {
  /** The hash of the file's content. */
  readonly hash: string;
  /** When the file was last modified, in milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Device and inode, if it was made at its place and written there, rather than renamed into it, as far as events tell. */
  readonly madeHere?: string;
}

/** Path relative to the folder → the file there. */
export type FolderContent = ReadonlyMap<string, SeenFile>;

/** Paths of files that are new, gone, or have another content. */
export function changedFiles(before: FolderContent, after: FolderContent): Set<string> {
  const changed = new Set<string>();
  for (const [file, { hash }] of after) if (before.get(file)?.hash !== hash) changed.add(file);
  for (const file of before.keys()) if (!after.has(file)) changed.add(file);
  return changed;
}
