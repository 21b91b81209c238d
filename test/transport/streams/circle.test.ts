/** Turns go round clients, and round what each has. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Circle } from '../../../runtime/transport/streams/circle.ts';

interface Member {
  readonly client: string;
  readonly index: number;
}

const members = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 40 })
  .map((clients) => clients.map((client, index): Member => ({ client, index })));

suite('A circle', () => {
  test('takes clients in turn, and what each has in the order it came', () => {
    const circle = new Circle<Member>();
    for (const [index, client] of ['a', 'a', 'a', 'b', 'c', 'c'].entries()) circle.add({ client, index });
    const taken = Array.from({ length: 7 }, () => circle.take()?.index);
    assert.deepEqual(taken, [0, 3, 4, 1, 5, 2, undefined]);
    assert.ok(circle.isEmpty);
  });

  test('forgets who is removed, and takes nobody twice who is added twice', () => {
    const circle = new Circle<Member>();
    const [first, second] = [
      { client: 'a', index: 0 },
      { client: 'a', index: 1 },
    ];
    for (const member of [first, first, second]) circle.add(member);
    circle.remove(second);
    circle.remove(second);
    assert.equal(circle.take(), first);
    assert.equal(circle.take(), undefined);
  });

  test('gives no client two turns while another that waits has none', () => {
    fc.assert(
      fc.property(members, fc.nat(100), (all, turns) => {
        const circle = new Circle<Member>();
        for (const member of all) circle.add(member);
        const clients = new Set(all.map(({ client }) => client));
        const taken: Member[] = [];
        // Whoever had a turn wants another, as those do that flood.
        for (let turn = 0; turn < turns; turn += 1) {
          const member = circle.take();
          assert.ok(member !== undefined);
          taken.push(member);
          circle.add(member);
        }
        for (let at = 0; at + clients.size <= turns; at += 1) {
          const round = taken.slice(at, at + clients.size);
          assert.deepEqual(new Set(round.map(({ client }) => client)), clients);
        }
        for (const client of clients) {
          const own = all.filter((member) => member.client === client);
          const had = taken.filter((member) => member.client === client);
          assert.deepEqual(
            had,
            had.map((_, turn) => own[turn % own.length]),
          );
        }
      }),
    );
  });
});
