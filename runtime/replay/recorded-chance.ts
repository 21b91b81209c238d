/**
 * Chance as it was: the numbers that steering threw for a query, in order. Where more are thrown than were recorded, they
 * follow from the id of the line, and so are the same in each replay.
 */

import { seededChance } from '../answer/steering/seeded-chance.ts';
import { fnv1a } from '../base/structures/fnv.ts';
import type { RecordedLine } from '../rpc/recorded-line.ts';

export class RecordedChance {
  #line: Pick<RecordedLine, 'id' | 'chance'> = { id: '' };
  #count = 0;
  #more: (() => number) | undefined;

  /** Begins anew with the throws of a line. */
  use(line: Pick<RecordedLine, 'id' | 'chance'>): void {
    this.#line = line;
    this.#count = 0;
    this.#more = undefined;
  }

  next(): number {
    const { chance, id } = this.#line;
    const recorded = chance?.[this.#count];
    this.#count += 1;
    if (recorded !== undefined) return recorded;
    this.#more ??= seededChance(fnv1a(id));
    return this.#more();
  }
}
