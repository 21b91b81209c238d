/** The content of the policies folder as the registry knows it: a hash for each file. */
import type { FileState } from '../../base/files/file-state.ts';

export interface SeenFile {
  /** The hash of the file's content. */
  readonly hash: string;
  /** When the file was last modified, in milliseconds since 1970. */
  readonly modifiedAt: number;
  /** The file's inode, size and times (base/files/file-state.ts); empty where they are not known. */
  readonly stamp?: string;
  /** Device and inode, if it was made at its place and written there, rather than renamed into it, as far as events tell. */
  readonly madeHere?: string;
  /** The folder that holds the file once links are resolved, relative to the policies folder, where it is another. */
  readonly realFolder?: string;
}

/** The hash of no content. */
const DISTRUSTED = 'misread';

/** Path relative to the folder → the file there. */
export type FolderContent = ReadonlyMap<string, SeenFile>;

/**
 * Whether a file was read as the scan had seen it. A file that no scan has seen is news to the next scan, and one that is too
 * large for a hash is known by its stamp.
 */
export function isAsSeen(
  { hash, stamp }: Pick<FileState, 'hash' | 'stamp'>,
  seen: SeenFile | undefined,
): boolean {
  return seen === undefined || seen.hash === hash || seen.hash === stamp;
}

/** The content with another hash for these files, so that the next scan finds them changed, whatever they hold by then. */
export function distrusting(content: FolderContent, files: ReadonlySet<string>): FolderContent {
  if (files.size === 0) return content;
  return new Map(
    Array.from(content, ([file, seen]) => [file, files.has(file) ? { ...seen, hash: DISTRUSTED } : seen]),
  );
}

/** Paths of files that are new, gone, or have another content. */
export function changedFiles(before: FolderContent, after: FolderContent): Set<string> {
  const changed = new Set<string>();
  for (const [file, { hash }] of after) if (before.get(file)?.hash !== hash) changed.add(file);
  for (const file of before.keys()) if (!after.has(file)) changed.add(file);
  return changed;
}
