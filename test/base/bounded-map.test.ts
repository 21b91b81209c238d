/** What leaves when there is no room, and that it is one at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedMap } from '../../runtime/base/bounded-map.ts';

test('Of three for two places, the one not asked for goes', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.get('a'), 1);
  map.set('c', 3);
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c'), map.size], [1, undefined, 3, 2]);
  map.set('a', 4);
  assert.deepEqual([map.get('a'), map.size], [4, 2]);
});

test('It is what a list is that has the last asked for at its end', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(8)), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), steps, (most, history) => {
      const map = new BoundedMap<number, number>(most);
      let list: [number, number][] = [];
      for (const [index, [isSet, key]] of history.entries()) {
        const found = list.find(([known]) => known === key);
        const value = isSet ? index : found?.[1];
        if (!isSet) assert.equal(map.get(key), value);
        else map.set(key, index);
        if (value !== undefined) list = [...list.filter(([known]) => known !== key), [key, value]];
        list = list.slice(-most);
        assert.equal(map.size, list.length);
      }
    }),
  );
});

test('One key more than there is room for costs one entry at a time', () => {
  const map = new BoundedMap<number, number>(1000);
  let made = 0;
  const ask = (key: number): void => {
    if (map.get(key) !== undefined) return;
    made += 1;
    map.set(key, key);
  };
  for (let key = 0; key < 1000; key += 1) ask(key);
  for (let round = 0; round < 10; round += 1) {
    ask(1000 + round);
    for (let key = 0; key < 900; key += 1) ask(key);
  }
  assert.ok(made < 1950, `${made} were made`);
});
