/** The part of one zone in the memory of signatures. */
import { randomInt } from 'node:crypto';
import type { Tenant } from '../../base/structures/shared-space.ts';
import type { SignatureSlab } from './signature-slab.ts';

/** The first slab is as small, and none is larger unless one entry is. */
const SLAB = 1024;
const LARGEST_SLAB = 65_536;

export type Slab = SignatureSlab<SignatureShare>;

/** What a zone has of the memory. */
export class SignatureShare implements Tenant {
  readonly identity: string;
  readonly seed = randomInt(2 ** 32);
  /** The oldest first. */
  readonly slabs: Slab[] = [];
  readonly #evict: (slab: Slab) => void;
  users = 0;
  octets = 0;

  constructor(identity: string, evict: (slab: Slab) => void) {
    this.identity = identity;
    this.#evict = evict;
  }

  /** Gives up the oldest slab. The next is marked, so that what is in use there moves on before its turn comes. */
  evict(): void {
    const [first, next, behind] = this.slabs;
    if (first !== undefined) this.#evict(first);
    if (next !== undefined && behind !== undefined) next.isOld = true;
  }

  /**
   * Octets of the next slab: as many as there are already, so that a share of any size has few slabs. What
   * will go does not count.
   */
  nextSlab(limit: number): number {
    const octets = this.slabs.reduce((sum, slab) => (slab.isOld ? sum : sum + slab.octets.length), 0);
    return Math.max(SLAB, Math.min(LARGEST_SLAB, octets, limit / 64)) & -4;
  }
}
