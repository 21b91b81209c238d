/** Nothing that is printed does anything to a terminal but show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import {
  indented,
  printable,
  printableData,
  printableJson,
  printableLine,
} from '../../runtime/base/printable.ts';

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

test('What breaks a line is written out, but for line feeds where a text may have lines', () => {
  const breaks = '\r|\v|\f|\u0085|\u2028|\u2029|';
  const written = '\\u000d|\\u000b|\\u000c|\\u0085|\\u2028|\\u2029|';
  assert.equal(printable(`${breaks}\n`), `${written}\n`);
  assert.equal(printableLine(`${breaks}\n\t`), `${written}\\u000a\t`);
});

test('Lines of a text are set off from the lines around it', () => {
  assert.equal(indented('one\ntwo\n\nthree'), 'one\n  | two\n  | \n  | three');
});

test('JSON is made printable, and says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify({ value, text, evil: 'a\u202eb\u2028c\u0085d\u009be' });
      const shown = printableJson(json);
      assert.deepEqual(JSON.parse(shown), JSON.parse(json));
      assert.equal(printableLine(shown), shown);
    }),
  );
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
  const data = {
    'a\u001b': ['\u0007\n', { stack: 'a\n\r', deep: '\u001b[0m', number: 1, nothing: null }],
    same: undefined,
  };
  assert.deepEqual(printableData(data), {
    'a\\u001b': ['\\u0007\\u000a', { stack: 'a\n\\u000d', deep: '\\u001b[0m', number: 1, nothing: null }],
    same: undefined,
  });
  assert.deepEqual(Object.keys(printableData(JSON.parse('{"__proto__":{"x":1}}') as object)), ['__proto__']);
});

test('A diagnostic shows what a policy threw, and does not do it', () => {
  const diagnostic = { code: 'POLICY_LOAD', severity: 'error', message: '\u001b]0;owned\u0007' } as const;
  assert.equal(formatDiagnostic(diagnostic), 'error: \\u001b]0;owned\\u0007');
});
