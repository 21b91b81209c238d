/** Each set of sockets has a reader as long as anybody is well, and no more than it needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AnswerChild } from '../../../runtime/control/fleet/answer-child.ts';
import { Cover } from '../../../runtime/control/fleet/cover.ts';

/** Keeps what it is told to read. */
class Reader {
  readonly sets = new Set<number>();
  adopt(set: number): void {
    assert.ok(!this.sets.has(set), 'once');
    this.sets.add(set);
  }
  leave(set: number): void {
    assert.ok(this.sets.delete(set), 'what it has');
  }
}

test('Whatever becomes of the processes, an unattended set is read by one of those who are well, and others by none', () => {
  const moment = fc.record({
    well: fc.uniqueArray(fc.nat({ max: 4 })),
    died: fc.uniqueArray(fc.nat({ max: 4 })),
  });
  fc.assert(
    fc.property(fc.nat({ max: 7 }), fc.array(moment), (most, moments) => {
      const sets = new Map(Array.from({ length: most + 1 }, (_, index) => [index, []]));
      const cover = new Cover();
      let readers = Array.from({ length: 5 }, () => new Reader());
      for (const { well, died } of moments) {
        // Another begins in the place of one that died, and has nothing.
        readers = readers.map((reader, index) => (died.includes(index) ? new Reader() : reader));
        const those = well.map((index) => readers[index] as Reader);
        cover.arrange(sets, (set) => well.includes(set), those as unknown as AnswerChild[]);
        for (const set of sets.keys()) {
          const reading = those.filter((reader) => reader.sets.has(set)).length;
          assert.equal(reading, well.includes(set) || well.length === 0 ? 0 : 1, `set ${set}`);
        }
      }
    }),
  );
});
