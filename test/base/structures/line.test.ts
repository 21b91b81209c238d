/** A line is what an array would be, if taking one out of an array cost nothing. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Line, Link } from '../../../runtime/base/structures/line.ts';

class One extends Link<One> {
  readonly name: number;

  constructor(name: number) {
    super();
    this.name = name;
  }
}

const steps = fc.array(
  fc.record({ does: fc.constantFrom('add', 'remove', 'take'), line: fc.nat(1), name: fc.nat(7) }),
  { maxLength: 60 },
);

suite('A line', () => {
  test('keeps the order in which they came, and nobody stands in two', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const all = Array.from({ length: 8 }, (_, name) => new One(name));
        const lines = [new Line<One>(), new Line<One>()] as const;
        const models: [number[], number[]] = [[], []];
        for (const { does, line: at, name } of plan) {
          const line = lines[at === 0 ? 0 : 1];
          const model = models[at === 0 ? 0 : 1];
          const one = does === 'take' ? line.first : all[name];
          if (one === undefined) continue;
          const isHere = model.includes(one.name);
          if (does === 'add') {
            for (const other of models)
              if (other.includes(one.name)) other.splice(other.indexOf(one.name), 1);
            line.add(one);
            model.push(one.name);
          } else {
            assert.equal(line.remove(one), isHere);
            if (isHere) model.splice(model.indexOf(one.name), 1);
          }
          for (const [index, other] of lines.entries()) assert.deepEqual(namesIn(other), models[index]);
        }
      }),
    );
  });
});

/** From both ends. */
function namesIn(line: Line<One>): number[] {
  const names: number[] = [];
  let last: One | undefined;
  for (let one = line.first; one !== undefined; one = one.behind) {
    assert.equal(one.before, last);
    assert.equal(one.line, line);
    names.push(one.name);
    last = one;
  }
  assert.equal(line.length, names.length);
  return names;
}
