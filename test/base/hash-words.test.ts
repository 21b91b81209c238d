/** Hashes of two words, for tables of a power of two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashWords } from '../../runtime/base/hash-words.ts';

/** Words as addresses have them: many zeros at one end, or at the other. */
const SERIES: Readonly<Record<string, (index: number) => readonly [high: number, low: number]>> = {
  'the last addresses of networks': (index) => [index, 0],
  'networks of /24': (index) => [(index << 8) >>> 0, 0],
  'networks of /56': (index) => [0x2001_0db8, (index << 8) >>> 0],
  'networks of /32': (index) => [0x2001_0000 + index, 0],
};

for (const [claim, words] of Object.entries(SERIES)) {
  test(`${claim} are spread over a table`, () => {
    const slots = new Set(
      Array.from({ length: 4096 }, (_, index) => {
        const [high, low] = words(index);
        return hashWords(high, low) & 0xffff;
      }),
    );
    // Chance alone leaves 3970.
    assert.ok(slots.size > 3900, `${slots.size} slots for 4096`);
  });
}
