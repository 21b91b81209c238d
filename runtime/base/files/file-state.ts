/** What an opened file looked like: tells one file, and one state of it, from another. */
import type { RegularFile } from './read-file.ts';

export interface FileState {
  /** The same as long as it is the same file, whatever is written to it: a renamed file has another. */
  readonly identity: string;
  /** Another after each write, as far as the file system's clock can tell. */
  readonly stamp: string;
  /** When the file or its attributes changed, in milliseconds since 1970; programs cannot set this time. */
  readonly changedAt: number;
  /** Whether the content ends in a line end, or is empty. */
  readonly endsLine: boolean;
  /** Whether it was made at its place, and written there; of a file that was renamed this is never said. */
  readonly isMadeHere?: boolean;
}

export function stateOfFile({ octets, stats }: RegularFile): FileState {
  const { dev, ino, size, ctimeNs } = stats;
  return {
    identity: `${dev}:${ino}`,
    stamp: `${size}:${ctimeNs}`,
    changedAt: Number(ctimeNs) / 1e6,
    endsLine: octets.length === 0 || octets.at(-1) === LINE_FEED,
  };
}

const LINE_FEED = 0x0a;
