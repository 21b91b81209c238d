/** Many files in one: what is read is what was written, and a file that is no pack, or a part of one, is told. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { FilePack, MOST_PACKED } from '../../../runtime/base/files/file-pack.ts';
import { makeFolder } from '../../support/policies-folder.ts';

function opened(context: TestContext, file = path.join(makeFolder(context).parent, 'pack')) {
  const told: string[] = [];
  const pack = new FilePack(file, async (problem) => void told.push(problem));
  return { file, pack, told };
}

const octets = (text: string): Uint8Array[] => [Buffer.from(text.slice(0, 1)), Buffer.from(text.slice(1))];

test('A pack holds what the changes so far amount to, for the next process as well', async (context) => {
  const change = fc.dictionary(
    fc.constantFrom('a', 'b', 'ü', '__proto__', 'x y'),
    fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
      const { file, pack } = opened(context);
      const expected = new Map<string, string>();
      for (const each of changes) {
        const entries = Object.entries(each);
        for (const [name, text] of entries)
          if (text === undefined) expected.delete(name);
          else expected.set(name, Buffer.from(text).toString('hex'));
        const parts = (text: string | undefined) => (text === undefined ? undefined : [Buffer.from(text)]);
        await pack.change(new Map(entries.map(([name, text]) => [name, parts(text)])));
      }
      for (const one of [pack, opened(context, file).pack]) {
        assert.deepEqual([...(await one.names())].sort(), [...expected.keys()].sort());
        for (const [name, hex] of expected) assert.equal((await one.get(name))?.toString('hex'), hex);
        assert.equal(await one.get('nobody'), undefined);
      }
    }),
    { numRuns: 30 },
  );
});

test('Every truncation is told, and so is every change of the index', async (context) => {
  const { file, pack } = opened(context);
  await pack.change(
    new Map([
      ['one', octets('first')],
      ['two', octets('second')],
    ]),
  );
  const whole = readFileSync(file);
  const index = whole.length - 'firstsecond'.length;
  for (let at = 1; at < whole.length; at += 1) {
    writeFileSync(file, whole.subarray(0, at));
    const cut = opened(context, file);
    assert.equal((await cut.pack.names()).size, 0, `${at} octets`);
    assert.equal(cut.told.length, 1, `${at} octets`);
  }
  for (let at = 0; at < index; at += 1) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    writeFileSync(file, changed);
    const other = opened(context, file);
    assert.equal((await other.pack.names()).size, 0, `octet ${at}`);
    assert.equal(other.told.length, 1, `octet ${at}`);
  }
});

test('What there is no room for is left out, and what was there stays', async (context) => {
  const { pack } = opened(context);
  await pack.change(new Map([['old', octets('old')]]));
  const large = [new Uint8Array(MOST_PACKED / 2)];
  const added = await pack.change(
    new Map([
      ['a', large],
      ['b', large],
      ['c', octets('small')],
    ]),
  );
  assert.deepEqual([...added], ['a', 'c']);
  assert.deepEqual([...(await pack.names())].sort(), ['a', 'c', 'old']);
});
