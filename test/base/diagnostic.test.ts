/** Diagnostics as people read them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Diagnostic, formatDiagnostic } from '../../runtime/base/diagnostic.ts';

const PROBLEM: Diagnostic = { code: 'POLICY_LOAD', severity: 'error', message: 'One' };

test('What has no place is told without one', () => {
  assert.equal(formatDiagnostic(PROBLEM), 'error: One');
});

test('The caret stands under its column, tabs or not', () => {
  const place = { file: 'a.ts', line: 2, column: 3, source: '\t\tx()' };
  const remedy = 'Leave it out';
  assert.equal(
    formatDiagnostic({ ...PROBLEM, ...place, remedy }),
    'a.ts:2:3: error: One\n    \t\tx()\n    \t\t^\n  Leave it out',
  );
});

test('A second line of a message is not taken for another diagnostic', () => {
  const formatted = formatDiagnostic({ ...PROBLEM, file: 'a.ts', message: 'One\nTwo' });
  assert.equal(formatted, 'a.ts: error: One\n  | Two');
});
