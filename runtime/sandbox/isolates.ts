/**
 * Isolates: one for each policy, or one that policies on trial share, each of them with a context of its own, which
 * takes a third of the time. No object of one context ever reaches another. What a policy does to the isolate, its
 * memory and its time shows in a trial that does not pass, and that is held again in an isolate of its own.
 */
import ivm from 'isolated-vm';
import type { Snapshot } from './prelude-snapshot.ts';

/** Policies in one isolate, one after another, before V8 begins with a fresh heap. */
const MOST_POLICIES = 64;

/** The right of a policy to use the isolate. */
export interface Lease {
  readonly isolate: ivm.Isolate;
  /** Lets no other policy in, as V8 has stopped this one in the middle of its code. */
  spoil(): void;
  /** The policy and its context are gone. */
  end(): void;
}

export function newIsolate(memoryMb: number, snapshot?: Snapshot): ivm.Isolate {
  return new ivm.Isolate({
    memoryLimit: memoryMb,
    ...(snapshot && { snapshot }),
    // V8 could not stop the policy for 5 s: only the end of the process stops it. A living host ends
    // the process much sooner; this helps a sandbox whose host has died.
    onCatastrophicError: () => process.abort(),
  });
}

export class SharedIsolate {
  #current: Tenancy | undefined;

  lease(memoryMb: number, snapshot?: Snapshot): Lease {
    if (this.#current?.isFit(memoryMb, snapshot) !== true) {
      this.#current?.close();
      this.#current = new Tenancy(memoryMb, snapshot);
    }
    return this.#current.lease();
  }
}

class Tenancy {
  readonly #isolate: ivm.Isolate;
  readonly #memoryMb: number;
  readonly #snapshot: Snapshot | undefined;
  #leases = 0;
  #ended = 0;
  #isClosed = false;

  constructor(memoryMb: number, snapshot: Snapshot | undefined) {
    this.#memoryMb = memoryMb;
    this.#snapshot = snapshot;
    this.#isolate = newIsolate(memoryMb, snapshot);
  }

  isFit(memoryMb: number, snapshot: Snapshot | undefined): boolean {
    const isSame = memoryMb === this.#memoryMb && snapshot === this.#snapshot;
    return isSame && !this.#isClosed && !this.#isolate.isDisposed && this.#leases < MOST_POLICIES;
  }

  lease(): Lease {
    this.#leases += 1;
    return {
      isolate: this.#isolate,
      spoil: () => this.close(),
      end: () => {
        this.#ended += 1;
        this.#disposeIfEmpty();
      },
    };
  }

  /** Lets nobody in from now on. */
  close(): void {
    this.#isClosed = true;
    this.#disposeIfEmpty();
  }

  #disposeIfEmpty(): void {
    if (this.#isClosed && this.#ended === this.#leases && !this.#isolate.isDisposed) this.#isolate.dispose();
  }
}
