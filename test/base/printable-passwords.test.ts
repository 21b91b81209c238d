/** Whatever form a URL has, its user and password are not shown, and nothing else is hidden. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { withoutPasswords } from '../../runtime/base/printable.ts';

test('User and password become asterisks, and columns stay', () => {
  for (const [text, shown] of [
    ["check: 'https://me:secret@example.com/x@y',", "check: 'https://*********@example.com/x@y',"],
    ['"HTTP://me:a@b@example.com?q@"', '"HTTP://******@example.com?q@"'],
    ['https:me:secret@example.com', 'https:*********@example.com'],
    ['https://example.com/a, mail me@example.com', 'https://example.com/a, mail me@example.com'],
    ['https://[2001:db8::1]:8443/ // me@example.com', 'https://[2001:db8::1]:8443/ // me@example.com'],
  ] as const) {
    assert.equal(withoutPasswords(text), shown);
    assert.equal(shown.length, text.length);
  }
});

test('What URL takes for a password is never shown', () => {
  const word = fc.stringMatching(/^[a-z0-9!$&'()*+,;=~._-]{6,12}$/);
  fc.assert(
    fc.property(
      word,
      word,
      fc.constantFrom('http://', 'https://', 'https:/', 'https:'),
      (user, password, scheme) => {
        const url = `${scheme}${user}:${password}@example.com/`;
        assert.equal(new URL(url).hostname, 'example.com');
        const shown = formatDiagnostic({
          code: 'POLICY_MANIFEST',
          severity: 'error',
          message: `Must not be ${url}`,
          source: `  url: '${url}',`,
          column: 8,
        });
        assert.ok(!shown.includes(`${password}@`) && !shown.includes(`${user}:`), shown);
      },
    ),
  );
});
