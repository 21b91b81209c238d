import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { ok } from '../../runtime/base/result.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { parseZoneText, type ZoneFileOptions } from '../../runtime/zone/zone-file.ts';
import { ORIGIN } from '../support/zone.ts';

const raw = String.raw;

/** Claim, text, and the records it holds, less `.example.com.` and `IN`. */
const GOOD: readonly (readonly [claim: string, text: string, records: readonly string[]])[] = [
  ['Nothing is a zone file too', '', []],
  ['Comments and blank lines hold nothing', '; one\n\n   ; two\n\t\n', []],
  ['Relative names end in the origin', 'www 60 IN CNAME web', ['www 60 CNAME web']],
  ['Absolute names do not', 'www.example.com. 60 CNAME a.example.net.', ['www 60 CNAME a.example.net.']],
  ['@ is the origin', '@ 60 MX 10 @', ['@ 60 MX 10 @']],
  ['An escaped @ is a label', raw`\@ 60 A 192.0.2.1`, [raw`\@ 60 A 192.0.2.1`]],
  [
    'TTL and class come in either order',
    'a 60 IN A 192.0.2.1\na IN 60 A 192.0.2.2',
    ['a 60 A 192.0.2.1', 'a 60 A 192.0.2.2'],
  ],
  [
    'Either may be left out',
    '$TTL 5\na IN A 192.0.2.1\na A 192.0.2.2',
    ['a 5 A 192.0.2.1', 'a 5 A 192.0.2.2'],
  ],
  ['Mnemonics are of any case', 'a 60 in aaaa 2001:DB8::1', ['a 60 AAAA 2001:db8::1']],
  ['A class may be a number', 'a 60 CLASS1 A 192.0.2.1', ['a 60 A 192.0.2.1']],
  ['A type may be a number', raw`a 60 TYPE1 \# 4 c0000201`, ['a 60 A 192.0.2.1']],
  ['An unknown type has generic data', raw`a 60 TYPE65280 \# 2 ab cd`, [raw`a 60 TYPE65280 \# 2 abcd`]],
  [
    'An indented line has the owner of the one before',
    'a 60 A 192.0.2.1\n\t60 A 192.0.2.2',
    ['a 60 A 192.0.2.1', 'a 60 A 192.0.2.2'],
  ],
  [
    'An owner is inherited past comments and directives',
    'a 60 A 192.0.2.1\n;\n$TTL 9\n A 192.0.2.2',
    ['a 60 A 192.0.2.1', 'a 9 A 192.0.2.2'],
  ],
  [
    'A type may be the name of an owner',
    'mx 60 MX 10 a\nin 60 IN A 192.0.2.1',
    ['mx 60 MX 10 a', 'in 60 A 192.0.2.1'],
  ],
  ['A number may be the name of an owner', '1 60 PTR a', ['1 60 PTR a']],
  [
    '$ORIGIN holds for what follows',
    '$ORIGIN sub\na 60 CNAME b\n$ORIGIN example.com.\na 60 CNAME b',
    ['a.sub 60 CNAME b.sub', 'a 60 CNAME b'],
  ],
  [
    'Parentheses join lines',
    'a 60 (\n; comment (\n TXT one\n"two" ) three',
    ['a 60 TXT "one" "two" "three"'],
  ],
  [
    'Parentheses may come again in one entry',
    'a 60 TXT ( one\n) two (\n three )',
    ['a 60 TXT "one" "two" "three"'],
  ],
  ['Quotes keep blanks, semicolons and parentheses', 'a 60 TXT "b ; (c"', ['a 60 TXT "b ; (c"']],
  ['Escapes are resolved', raw`a\.b 60 TXT "\"\\\097" \;`, [raw`a\.b 60 TXT "\"\\a" ";"`]],
  ['Escapes of octets that are no text stay escapes', raw`\000 60 TXT \255`, [raw`\000 60 TXT "\255"`]],
  ['Quotes may stand inside a word', 'a 60 HTTPS 1 . alpn="h2,h3"', ['a 60 HTTPS 1 . alpn="h2,h3"']],
  [
    'Lines may end in CR LF',
    'a 60 A 192.0.2.1\r\n  60 A 192.0.2.2\r\n',
    ['a 60 A 192.0.2.1', 'a 60 A 192.0.2.2'],
  ],
  [
    'Blanks outside ASCII are octets of a word (RFC 1035 §5.1)',
    'a 60 TXT b\u00a0c\u2003d',
    ['a 60 TXT "b\\194\\160c\\226\\128\\131d"'],
  ],
  ['Tabs are blanks, also in a row and at the end', 'a\t\t60\tIN\tA\t192.0.2.1\t', ['a 60 A 192.0.2.1']],
  [
    'The last line may lack its end, in a parenthesis too',
    'a 60 A 192.0.2.1\r\nb 60 (\r\n\tA 192.0.2.2 )',
    ['a 60 A 192.0.2.1', 'b 60 A 192.0.2.2'],
  ],
  [
    'Strings with escapes follow one another over lines',
    raw`a 60 TXT ( "one\"(;" ; not a ) "quote
  "t\119o\\"${'\n'} )`,
    [raw`a 60 TXT "one\"(;" "two\\"`],
  ],
  [
    'A line may be as long as a record is',
    `a 60 TXT ${`"${'x'.repeat(255)}" `.repeat(255)}; ${'y'.repeat(1e6)}`,
    [`a 60 TXT ${Array.from({ length: 255 }, () => `"${'x'.repeat(255)}"`).join(' ')}`],
  ],
  [
    'Times have units wherever there are any',
    '@ 1W SOA ns host 1 2h 15M 2w 1h1m1s\na IN 1d A 192.0.2.1\nb 1d IN A 192.0.2.1',
    ['@ 604800 SOA ns host 1 7200 900 1209600 3661', 'a 86400 A 192.0.2.1', 'b 86400 A 192.0.2.1'],
  ],
  [
    'A blank owner after $ORIGIN is the one before, not the origin',
    'a 60 MX 1 b\n$ORIGIN sub\n 60 MX 2 b',
    ['a 60 MX 1 b', 'a 60 MX 2 b.sub'],
  ],
  [
    'TTLs have units',
    '$TTL 1h30m\na A 192.0.2.1\na 1D A 192.0.2.2',
    ['a 5400 A 192.0.2.1', 'a 86400 A 192.0.2.2'],
  ],
  [
    'A type without TTL has that of $TTL, not of the one before',
    '$TTL 5\na 60 A 192.0.2.1\na A 192.0.2.2',
    ['a 60 A 192.0.2.1', 'a 5 A 192.0.2.2'],
  ],
  [
    'Without $TTL it has that of the one before',
    'a 60 A 192.0.2.1\nb A 192.0.2.2',
    ['a 60 A 192.0.2.1', 'b 60 A 192.0.2.2'],
  ],
  ['Without any it has an hour', 'a A 192.0.2.1', ['a 3600 A 192.0.2.1']],
  [
    'Without any, the minimum of an SOA is the default',
    '@ SOA ns host 1 2 3 4 77\na A 192.0.2.1\na 60 A 192.0.2.2\na A 192.0.2.3',
    ['@ 77 SOA ns host 1 2 3 4 77', 'a 77 A 192.0.2.1', 'a 60 A 192.0.2.2', 'a 77 A 192.0.2.3'],
  ],
];

for (const [claim, text, records] of GOOD) {
  test(claim, () => {
    const parsed = parseZoneText(text, { origin: ORIGIN });
    assert.deepEqual(parsed.diagnostics, []);
    assert.deepEqual(parsed.records.map(recordToText), records.map(complete));
  });
}

/** `a 60 CNAME b` → `a.example.com. 60 IN CNAME b.example.com.`; only what names are in these tests is completed. */
function complete(record: string): string {
  const [owner = '', ttl = '', type = '', ...rdata] = record.split(' ');
  const names = { CNAME: [0], PTR: [0], MX: [1], SOA: [0, 1] }[type] ?? [];
  for (const at of names) rdata[at] = absolute(rdata[at] ?? '');
  return [absolute(owner), ttl, 'IN', type, ...rdata].join(' ');
}

function absolute(name: string): string {
  if (name === '@') return 'example.com.';
  return name.endsWith('.') ? name : `${name}.example.com.`;
}

/** Text, and the position and message of everything wrong with it. */
const BAD: readonly (readonly [claim: string, text: string, problems: readonly RegExp[]])[] = [
  ['A type is there', 'a 60 IN', [/^f:1:6: error: Record has no type/]],
  ['A type is known', 'a 60 IN AA 192.0.2.1', [/^f:1:9: error: Unknown type "AA"/]],
  [
    'Types that are private to other servers are named as such',
    'a 60 IN ALIAS b.example.net.\nc LUA A "pickrandom"',
    [
      /^f:1:9: error: Unknown type "ALIAS"\n(.*\n)*.*private to some servers.*from a pool with "alias"/,
      /^f:2:3: .*"LUA"/,
    ],
  ],
  ['A type is not quoted', 'a "A" 192.0.2.1', [/^f:1:3: error: Unknown type "A"/]],
  [
    'A line with no owner says how to write one',
    'A 192.0.2.1',
    [/^f:1:3: error: Unknown type "192.0.2.1"\n(.*\n)*.*before "A": "@"/],
  ],
  [
    'A type is for records',
    'a 60 AXFR \\# 0\na 60 TYPE41 \\# 0',
    [/1:6: error: Type AXFR is not for records/, /2:6: .*TYPE41/],
  ],
  [
    'A class is IN',
    'a 60 CH TXT x\na CLASS3 TXT x',
    [/1:6: error: Class CH is not supported/, /2:3: .*CLASS3/],
  ],
  ['A class comes once', 'a IN IN A 192.0.2.1', [/1:6: error: Unknown type "IN"/]],
  ['A TTL is below 2^31', 'a 2147483648 A 192.0.2.1', [/1:3: error: TTL "2147483648" is no time/]],
  ['A TTL has known units', 'a 5y A 192.0.2.1', [/1:3: error: TTL "5y"/]],
  ['Data is of its type', 'a 60 A 192.0.2', [/1:8: error: A: .*\n {4}a 60 A 192\.0\.2\n {11}\^\n.*Mend/]],
  ['Data is there', 'a 60 MX', [/1:6: error: MX: The preference is missing/]],
  ['Data ends', 'a 60 A 192.0.2.1 x', [/1:18: error: A: "x" is one field too many/]],
  [
    'The line of the field is told',
    '@ SOA ns host (\n 1\n 2x\n 3 4 5 )',
    [/^f:3:2: error: SOA: .*"2x" is no time/],
  ],
  ['An owner is a name', 'a..b 60 A 192.0.2.1', [/1:1: error: Name "a\.\.b" has an empty label/]],
  ['An owner is not quoted', '"a" 60 A 192.0.2.1', [/1:1: error: Name "a" is in quotes/]],
  [
    'An owner can be inherited only from a record',
    '  60 A 192.0.2.1',
    [/1:3: error: There is no record before/],
  ],
  ['A quote is closed on its line', 'a 60 TXT "b\nc 60 TXT "d"', [/1:10: error: Quote is not closed/]],
  ['A backslash escapes something', 'a 60 TXT b\\', [/1:10: error: Backslash/]],
  ['An escape is an octet', 'a 60 TXT \\256', [/1:10: error: TXT: .*no octet/]],
  ['A parenthesis is closed', 'a 60 TXT ( b\n  c\n', [/1:10: error: Parenthesis is not closed/]],
  [
    'It is closed before another opens',
    'a 60 TXT ( b\n c\nd 60 TXT ( e )',
    [/1:10: error: Parenthesis is not closed/],
  ],
  ['Parentheses do not nest', 'a 60 TXT ( ( b ) )', [/1:12: error: Parentheses do not nest/]],
  ['A parenthesis was opened', 'a 60 TXT b )', [/1:12: error: Parenthesis was never opened/]],
  [
    '$TTL has one time',
    '$TTL\n$TTL x\n$TTL 1 2',
    [/1:1: .*\$TTL stands alone/, /2:6: .*TTL "x"/, /3:8: .*"2" is too much/],
  ],
  [
    '$ORIGIN has one name',
    '$ORIGIN\n$ORIGIN a..b\n$ORIGIN a b',
    [/1:1/, /2:9: .*empty label/, /3:11: .*too much/],
  ],
  ['A directive is known', '$FOO', [/1:1: error: Unknown directive "\$FOO"/]],
  ['$INCLUDE needs files', '$INCLUDE a', [/1:10: error: \$INCLUDE is not possible here/]],
  ['A column counts tabs as one', '\t60\tA\tx', [/1:2: error: There is no record/]],
];

for (const [claim, text, problems] of BAD) {
  test(`${claim}, or an error tells`, () => {
    const diagnostics = parseZoneText(text, { origin: ORIGIN, file: 'f' }).diagnostics;
    const formatted = diagnostics.map(formatDiagnostic);
    assert.equal(formatted.length, problems.length, formatted.join('\n'));
    for (const [at, problem] of problems.entries()) assert.match(formatted[at] ?? '', problem);
    for (const { code, remedy } of diagnostics) assert.ok(code === 'ZONE_FILE' && remedy !== undefined);
  });
}

test('All errors are told at once, and good records are kept', () => {
  const text = 'a 60 A 1\nb 60 A 192.0.2.1\n 60 B x\n$X\n( c\n  d\ne 60 A 192.0.2.2\n"f\ng 60 A';
  const { records, diagnostics } = parseZoneText(text, { origin: ORIGIN });
  assert.deepEqual(
    records.map(recordToText),
    ['b', 'e'].map((owner, at) => `${owner}.example.com. 60 IN A 192.0.2.${at + 1}`),
  );
  assert.deepEqual(
    diagnostics.map(({ line }) => line),
    [1, 3, 4, 5, 8, 9],
  );
});

test('A record whose data is wrong still gives its owner to the next', () => {
  const { records } = parseZoneText('a 60 A 192.0.2.1\nb 60 A wrong\n 60 A 192.0.2.2', { origin: ORIGIN });
  assert.deepEqual(records.map(recordToText).at(-1), 'b.example.com. 60 IN A 192.0.2.2');
});

test('Records know where they are written', () => {
  const [record] = parseZoneText('\n  \na 60 (\n A 192.0.2.1)', { origin: ORIGIN, file: 'f' }).records;
  assert.deepEqual(record?.place, { file: 'f', line: 3, column: 1, source: 'a 60 (' });
});

/** Texts by name, as $INCLUDE finds them. */
function including(files: Readonly<Record<string, string>>): ZoneFileOptions {
  return { origin: ORIGIN, include: (file) => ok({ file, text: files[file] ?? '' }) };
}

test('An included file has an origin of its own and leaves that of the including file alone', () => {
  const options = including({ b: 'x 60 A 192.0.2.1\n$ORIGIN sub.example.com.\ny 60 A 192.0.2.2' });
  const text = 'a 60 A 192.0.2.0\n$INCLUDE b in\n$INCLUDE "b"\n 60 A 192.0.2.3\nc 60 A 192.0.2.4';
  const owners = parseZoneText(text, options).records.map((record) => recordToText(record).split(' ')[0]);
  const expected = ['a', 'x.in', 'y.sub', 'x', 'y.sub', 'a', 'c'];
  assert.deepEqual(
    owners,
    expected.map((owner) => `${owner}.example.com.`),
  );
});

test('An included file inherits no owner, and errors in it carry its name', () => {
  const [problem] = parseZoneText(
    'a 60 A 192.0.2.0\n$INCLUDE b',
    including({ b: ' 60 A 192.0.2.1' }),
  ).diagnostics;
  assert.deepEqual([problem?.file, problem?.line], ['b', 1]);
});

test('$TTL in an included file holds for what follows it', () => {
  const { records } = parseZoneText('$INCLUDE b\na A 192.0.2.0', including({ b: '$TTL 5' }));
  assert.equal(records[0]?.ttl, 5);
});

test('A file that includes itself comes to an end', () => {
  const { diagnostics } = parseZoneText('$INCLUDE b', including({ b: '$INCLUDE b' }));
  assert.match(diagnostics[0]?.message ?? '', /^File includes itself: b → b$/);
  assert.equal(diagnostics.length, 1);
});

test('After a hundred problems there is one more, which says so', () => {
  const { diagnostics } = parseZoneText('x\n'.repeat(500), { origin: ORIGIN });
  assert.equal(diagnostics.length, 101);
  assert.match(diagnostics.at(-1)?.message ?? '', /There are 400 more errors/);
});

const PIECES = [
  'a TXT',
  'b 5 IN MX 10',
  '@ TXT (',
  'a',
  '@',
  '*',
  '60',
  '1h',
  'IN',
  'A',
  'TXT',
  'MX',
  'NS',
  '192.0.2.1',
  '$TTL',
  '$ORIGIN',
  'b.',
  'a\\.b',
  '\\000',
  '"x;"',
];
const MARKS = [' ', ' ', ' ', '\t', '\n', '\n', '(', ')', ';', '"', '\\', '\r\n', '\u00e9', '\u2028'];
const texts = fc.array(fc.constantFrom(...PIECES.map((piece) => `${piece} `), ...MARKS), { maxLength: 60 });

test('Any text comes to an end, and what is read from it is printed so that it reads the same', () => {
  fc.assert(
    fc.property(texts, (pieces) => {
      const { records } = parseZoneText(pieces.join(''), { origin: ORIGIN });
      const printed = records.map(recordToText);
      const again = parseZoneText(printed.join('\n'), { origin: ORIGIN });
      assert.deepEqual(again.diagnostics, []);
      assert.deepEqual(again.records.map(recordToText), printed);
    }),
    { numRuns: 2000 },
  );
});
