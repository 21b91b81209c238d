/** Nothing that is printed does anything to a terminal but show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { printable, printableData } from '../../runtime/base/printable.ts';

test('Plain text, line breaks and tabs stay as they are', () => {
  assert.equal(printable('Zürich — 東京\n\t"quoted" \\'), 'Zürich — 東京\n\t"quoted" \\');
});

test('What a terminal would obey is written out', () => {
  assert.equal(
    printable('\u001b[2J\u009b31m\r\b\u0000\u007f'),
    '\\u001b[2J\\u009b31m\\u000d\\u0008\\u0000\\u007f',
  );
  assert.equal(printable('user\u202Enimda'), 'user\\u202enimda');
});

test('No text can hold an escape sequence afterwards', () => {
  const parts = fc.constantFrom('\u001b', '[', ']', '0', ';', '31', 'm', '\u0007', '\u009d', '\\', 'a', '\n');
  fc.assert(
    fc.property(fc.array(parts), (texts) => {
      const shown = printable(texts.join(''));
      assert.equal(stripVTControlCharacters(shown), shown);
      assert.equal(printable(shown), shown);
    }),
  );
});

test('Data is gone through to the last text, keys too', () => {
  const data = { 'a\u001b': ['\u0007', { deep: '\u001b[0m', number: 1, nothing: null }], same: undefined };
  assert.deepEqual(printableData(data), {
    'a\\u001b': ['\\u0007', { deep: '\\u001b[0m', number: 1, nothing: null }],
    same: undefined,
  });
  assert.deepEqual(Object.keys(printableData(JSON.parse('{"__proto__":{"x":1}}') as object)), ['__proto__']);
});

test('A diagnostic shows what a policy threw, and does not do it', () => {
  const diagnostic = { code: 'POLICY_LOAD', severity: 'error', message: '\u001b]0;owned\u0007' } as const;
  assert.equal(formatDiagnostic(diagnostic), 'error: \\u001b]0;owned\\u0007');
});
