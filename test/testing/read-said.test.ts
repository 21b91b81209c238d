/** What a test file says is believed only as far as it is well-formed, and is cut to a length fit for showing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDeclared, readTestSaid } from '../../runtime/testing/read-said.ts';

test('Nonsense of any shape is refused or read, and never thrown at', () => {
  const anyOf = fc.record(
    {
      state: fc.constantFrom('asks', 'ended', 'lost', 'x'),
      asks: fc.anything(),
      expects: fc.anything(),
      log: fc.anything(),
      failure: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), anyOf), (said) => {
      readTestSaid(said);
      readDeclared(said);
    }),
  );
});

test('A forged end is cut to size, and a forged question is none', () => {
  const long = 'x'.repeat(1e6);
  const end = readTestSaid({
    state: 'ended',
    expects: 1,
    log: long,
    failure: { message: long, expected: long, stack: long },
  });
  assert.ok(end.ok && end.value.state === 'ended');
  assert.ok(JSON.stringify(end.value).length < 12_000);
  for (const ask of [
    {},
    { id: -1, kind: 'answer', name: 'a', type: 'A' },
    { id: 0, kind: 'other', name: 'a', type: 'A' },
  ])
    assert.equal(readTestSaid({ state: 'asks', asks: [ask] }).ok, false);
  assert.equal(readTestSaid({ state: 'ended', log: '', expects: 'many' }).ok, false);
});
