/** Tables line up, whatever is in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from '../../runtime/cli/table.ts';

test('Columns are as wide as what is in them, and numbers end together', () => {
  assert.deepEqual(
    formatTable(
      [{ title: 'ZONE' }, { title: 'N', align: 'right' }],
      [
        ['a.example', '7'],
        ['b', '42'],
      ],
    ),
    ['ZONE        N', 'a.example   7', 'b          42'],
  );
});

test('Colours take no room', () => {
  const [, plain, coloured] = formatTable(
    [{ title: 'A' }, { title: 'B' }],
    [
      ['xx', '1'],
      ['\u001B[32mxx\u001B[39m', '1'],
    ],
  );
  assert.equal(plain, 'xx  1');
  assert.equal(coloured, '\u001B[32mxx\u001B[39m  1');
});

test('A column without content is left out, and one with some is not', () => {
  const columns = [{ title: 'A' }, { title: 'B' }, { title: 'C' }];
  assert.deepEqual(
    formatTable(columns, [
      ['1', '', ''],
      ['2', '', 'x'],
    ]),
    ['A  C', '1', '2  x'],
  );
});
