/** $GENERATE, line by line and beside BIND. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { atEnd } from '../support/at-end.ts';
import { APEX_RECORDS, ORIGIN } from '../support/zone.ts';

function linesOf(text: string): string[] {
  const { records, diagnostics } = parseZoneText(text, { origin: ORIGIN });
  assert.deepEqual(diagnostics, []);
  return records.map((record) => recordToText(record).toLowerCase());
}

const LINES = [
  '$GENERATE 1-3 a$ A 192.0.2.$',
  '$GENERATE 0-8/4 b$ 60 A 192.0.2.$',
  `$GENERATE 5-6 c$ 60 IN A 192.0.2.\${10}`,
  `$GENERATE 5-6 c\${-5,3,d} IN 60 A 192.0.2.\${-5}`,
  `$GENERATE 8-17/3 \${0,4,o}.d\${0,2,x} CNAME e\${0,3,X}`,
  `$GENERATE 254-257 \${0,7,n}.f CNAME \${0,3,N}.g`,
  `$GENERATE 0-1 \${0,0,n}.h CNAME \${0,8,n}x`,
  '$GENERATE 1-2 m$ MX "10 mail$"',
  '$GENERATE 1-2 t$ TXT "one\\$ \\"two $\\""',
  `$GENERATE 1-2 $.$$x.\${1}y CNAME \\$z$`,
  '$generate 7-7 @ TXT $',
];

test('Each line is as many records as BIND makes of it', (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'zone');
  const text = `$TTL 300\n${APEX_RECORDS}${LINES.join('\n')}\n`;
  writeFileSync(file, text);
  const options = ['-i', 'none', '-k', 'ignore', '-D', '-s', 'full', '-o', '-', 'example.com', file];
  const bind = spawnSync('named-checkzone', options, { encoding: 'utf8' });
  assert.equal(bind.status, 0, bind.stdout + bind.stderr);
  assert.deepEqual(linesOf(text).sort(), linesOf(bind.stdout).sort());
});

test('Data may also be several words', () => {
  assert.deepEqual(linesOf('$GENERATE 1-1 s$ 60 SRV 0 0 $ t$'), [
    's1.example.com. 60 in srv 0 0 1 t1.example.com.',
  ]);
});

test('A record after it does not inherit an owner it made', () => {
  const [, , last] = linesOf('w 60 A 192.0.2.1\n$GENERATE 1-1 a$ 60 A 192.0.2.$\n 60 TXT x');
  assert.equal(last, 'w.example.com. 60 in txt "x"');
});

for (const [text, problem] of [
  ['$GENERATE', /1:1: error: \$GENERATE stands alone|lacks its range/],
  ['$GENERATE 1-2 a$ A', /1:1: error: \$GENERATE lacks/],
  ['$GENERATE 2-1 a$ A 192.0.2.$', /1:11: error: "2-1" is no range/],
  ['$GENERATE 1-2/0 a$ A 192.0.2.$', /1:11: error: "1-2\/0" is no range/],
  ['$GENERATE 1 a$ A 192.0.2.$', /1:11: error: "1" is no range/],
  ['$GENERATE 0-2147483647 a$ A 192.0.2.1', /1:11: error: \$GENERATE makes 2147483648 records/],
  [`$GENERATE 1-2 a\${1,2,q} A 192.0.2.$`, /1:1: error: "\$\{1,2,q\}" is no modifier/],
  [`$GENERATE 1-2 a\${1 A 192.0.2.$`, /1:1: error: "\$\{1 A 192\.0\.2\.\$" is no modifier/],
  [`$GENERATE 1-2 a\${-2} A 192.0.2.$`, /1:1: error: "\$\{-2\}" comes to less than 0 for 1/],
  ['$GENERATE 255-256 a$ A 192.0.2.$', /1:1: error: A: .*, in "a256 A 192\.0\.2\.256"/],
] as const) {
  test(`${text} is told to be wrong, once`, () => {
    const { diagnostics } = parseZoneText(text, { origin: ORIGIN, file: 'f' });
    assert.match(diagnostics.map(formatDiagnostic).join('\n'), problem);
    assert.equal(diagnostics.length, 1);
  });
}

test('A zone has an end, however many records are generated', () => {
  const options = { origin: ORIGIN, mostRecords: 1000 };
  const { records, diagnostics } = parseZoneText(
    '$GENERATE 1-600 a$ 60 TXT x\n$GENERATE 1-600 b$ 60 TXT x\nz',
    options,
  );
  assert.equal(records.length, 1001);
  assert.deepEqual(
    diagnostics.map(({ message }) => message),
    ['Zone has more than 1000 records'],
  );
});
