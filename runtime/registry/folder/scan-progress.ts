/** What control and the thread that looks at the policies folder say to each other. */
import type { KnownFile } from './known-file.ts';
import type { Scan } from './scan.ts';

/** What a thread is begun with. Each message to it is a list of paths to avoid, and asks for a scan. */
export interface FolderTask {
  readonly root: string;
  readonly known: ReadonlyMap<string, KnownFile>;
  readonly progress: Progress;
}

export type FromFolder =
  | { readonly t: 'hint' }
  /** `scan` is left out where all is as in the message before. `unwatched`: folders in which changes are noticed late. */
  | { readonly t: 'scanned'; readonly scan: Scan | undefined; readonly unwatched: number };

/** Shared memory, as a thread that hangs sends no message. */
export interface Progress {
  /** How many places were begun, and the octets of the name of the last. */
  readonly steps: Int32Array<SharedArrayBuffer>;
  readonly place: Uint8Array<SharedArrayBuffer>;
}

/** Of a path; the kernel takes no longer one. */
const MOST_OCTETS = 4096;

export function newProgress(): Progress {
  return {
    steps: new Int32Array(new SharedArrayBuffer(8)),
    place: new Uint8Array(new SharedArrayBuffer(MOST_OCTETS)),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** By the thread, before it does what may hang. */
export function noteStep({ steps, place }: Progress, name: string): void {
  const { written } = encoder.encodeInto(name, place);
  Atomics.store(steps, 1, written);
  Atomics.add(steps, 0, 1);
}

export function stepsOf({ steps }: Progress): number {
  return Atomics.load(steps, 0);
}

/** Where it is now; for a thread that goes on this may be half of one name and half of another. */
export function placeOf({ steps, place }: Progress): string {
  return decoder.decode(place.slice(0, Atomics.load(steps, 1)));
}
