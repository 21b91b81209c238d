/** Messages between control and the thread that scans the policies folder. */
import type { KnownFile } from './known-file.ts';
import type { Scan } from './scan.ts';

/** What a thread starts with. Each message to it is a list of paths to avoid, and asks for a scan. */
export interface FolderTask {
  readonly root: string;
  readonly known: ReadonlyMap<string, KnownFile>;
  readonly progress: Progress;
}

export type FromFolder =
  | { readonly t: 'hint' }
  /** `scan` is left out if it equals the last one. `unwatched`: folders in which changes are noticed late. */
  | { readonly t: 'scanned'; readonly scan: Scan | undefined; readonly unwatched: number };

/** How far a scan is, in shared memory, as a thread that hangs sends no message. */
export interface Progress {
  /** How many places the scan has come to, and how many octets the name of the last has. */
  readonly steps: Int32Array<SharedArrayBuffer>;
  readonly place: Uint8Array<SharedArrayBuffer>;
}

/** Octets of the longest path that the kernel takes. */
const MOST_OCTETS = 4096;

export function newProgress(): Progress {
  return {
    steps: new Int32Array(new SharedArrayBuffer(8)),
    place: new Uint8Array(new SharedArrayBuffer(MOST_OCTETS)),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Called by the thread before each call that may hang. */
export function noteStep({ steps, place }: Progress, name: string): void {
  const { written } = encoder.encodeInto(name, place);
  Atomics.store(steps, 1, written);
  Atomics.add(steps, 0, 1);
}

export function stepsOf({ steps }: Progress): number {
  return Atomics.load(steps, 0);
}

/** Where the thread is; while it goes on, this may be half of one name and half of another. */
export function placeOf({ steps, place }: Progress): string {
  return decoder.decode(place.slice(0, Atomics.load(steps, 1)));
}
