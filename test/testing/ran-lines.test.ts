/** What policies tell of their runs, and the lines that it comes to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lcovText, lineCoverage } from '../../runtime/cli/work/tests/line-coverage.ts';
import { testsJson } from '../../runtime/cli/work/tests/test-text.ts';
import { RanPieces, ranFiles, readRan } from '../../runtime/testing/ran-lines.ts';

test('Counts are told as numbers of pieces that there are, or nothing is believed', () => {
  assert.deepEqual(readRan({ ran: '0=1 2=40 ' }, 3), [
    [0, 1],
    [2, 40],
  ]);
  assert.deepEqual(readRan({ ran: '' }, 3), []);
  const nonsense = [
    '3=1 ',
    '0=1',
    '0=-1 ',
    '0=1e9 ',
    '0=99999999999 ',
    'a=1 ',
    '0=1  ',
    '0=1 '.repeat(20_000),
    7,
    undefined,
  ];
  for (const ran of nonsense) assert.equal(readRan({ ran }, 3), undefined, String(ran).slice(0, 20));
  assert.equal(readRan(undefined, 3), undefined);
  assert.equal(readRan('0=1 ', 3), undefined);
});

function counted(file: string, pieces: RanPieces['pieces'], counts: readonly number[]): RanPieces {
  const ran = new RanPieces(file, pieces);
  ran.counts.set(counts);
  return ran;
}

test('A snippet of two policies has run where it has in either; a line is whole, in part, or has not run', () => {
  const snippet = [
    { file: 'b.ts', called: { name: 'pick', line: 1, column: 8 } },
    { file: 'b.ts', at: { line: 2, column: 3 } },
    // Two pieces of one place.
    { file: 'b.ts', at: { line: 3, column: 3 } },
    { file: 'b.ts', at: { line: 3, column: 3 } },
    { file: 'b.ts', at: { line: 5, column: 3 } },
  ];
  const own = { file: 'a.ts', at: { line: 9, column: 1 }, called: { name: undefined, line: 9, column: 1 } };
  const ran = ranFiles([
    counted('a.ts', [own, ...snippet], [0, 1, 1, 1, 0, 0]),
    counted('c.ts', snippet, [2, 2, 2, 0, 0]),
    counted('d.ts', [], []),
  ]);
  assert.deepEqual(lineCoverage(ran), [
    {
      file: 'a.ts',
      lines: { covered: 0, all: 1, missing: [9], partial: [] },
      functions: { covered: 0, all: 1, missing: [{ name: '(anonymous)', line: 9 }] },
    },
    {
      file: 'b.ts',
      lines: { covered: 1, all: 3, missing: [5], partial: [3] },
      functions: { covered: 1, all: 1, missing: [] },
    },
    { file: 'd.ts', lines: NONE, functions: { covered: 0, all: 0, missing: [] } },
  ]);
  const { lines } = testsJson({ files: [], problems: [], ran }) as { readonly lines: unknown };
  assert.deepEqual(lines, lineCoverage(ran));
  assert.equal(
    lcovText(ran.slice(1, 2)),
    'TN:\nSF:b.ts\nFN:1,pick\nFNDA:3,pick\nFNF:1\nFNH:1\nDA:2,3\nDA:3,3\nDA:5,0\nLF:3\nLH:2\nend_of_record\n',
  );
});

const NONE = { covered: 0, all: 0, missing: [], partial: [] };

test('Functions of one name are told apart in a tracefile', () => {
  const called = ['decide', 'decide', 'a,b'].map((name, index) => ({ name, line: index + 1, column: 1 }));
  const pieces = called.map((one) => ({ file: 'a.ts', called: one }));
  const rows = lcovText(ranFiles([counted('a.ts', pieces, [1, 0, 0])])).split('\n');
  assert.deepEqual(rows.slice(2, 5), ['FN:1,decide', 'FN:2,decide #2', 'FN:3,a b']);
});
