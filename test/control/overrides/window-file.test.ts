/** The file of maintenance, understood or refused with line and remedy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../../../runtime/base/diagnostic.ts';
import { readWindowFile } from '../../../runtime/control/overrides/window-file.ts';

const WHOLE = `
sites:
  fra: ['*/fra', 'shop.example/eu/192.0.2.0/24']
windows:
  - name: switch
    site: fra
    from: 2026-12-24 22:00 Europe/Berlin
    until: 2026-12-25 02:00 Europe/Berlin
    over: 10m
    reason: new switch
  - { name: patch, zone: shop.example, from: 2026-12-01 03:00, for: 1h, every: 7d, do: down }
  - { name: rack, zone: shop.example, pool: eu, from: 2026-12-01T03:00Z, for: 90 }
  - { name: all, targets: ['*/*'], from: 2026-12-01, for: 1d }
`;

test('Windows are of sites, zones, pools and targets', () => {
  const read = readWindowFile(WHOLE, 'maintenance.yaml');
  assert.ok(read.ok, JSON.stringify(read));
  assert.deepEqual(
    read.value.map(({ name, kind, targets, lengthMs, everyDays, overMs }) => [
      name,
      kind,
      targets.map(({ text }) => text).join(' '),
      lengthMs / 1000,
      everyDays,
      overMs,
    ]),
    [
      ['switch', 'drain', '*/fra shop.example/eu/192.0.2.0/24', 14_400, undefined, 600_000],
      ['patch', 'down', 'shop.example/*', 3600, 7, undefined],
      ['rack', 'drain', 'shop.example/eu', 90, undefined, undefined],
      ['all', 'drain', '*/*', 86_400, undefined, undefined],
    ],
  );
});

const WINDOW = 'windows:\n  - name: w\n    pool: fra\n    from: 2026-12-01\n    for: 1h\n';

const PROBLEMS: Readonly<Record<string, string>> = {
  'windows: nonsense: {\n': 'f.yaml:1:',
  'window: []\nwindows: []\n': 'f.yaml:1:1: error: Unknown key "window"',
  '[]\n': 'f.yaml:1:1: error: The file must hold "windows"',
  '': 'f.yaml:1:1: error: "windows" must be a list; one without a window is written []',
  'windows: [7]\n': 'f.yaml:1:11: error: A window must be a mapping',
  [WINDOW.replace('name: w', 'name: 7')]: 'f.yaml:2:11: error: "name" must be a text of up to 400 characters',
  [WINDOW.replace('    pool: fra\n', '')]: 'f.yaml:2:5: error: A window is of a "site", of "targets"',
  [`${WINDOW}    site: fra\n`]: 'f.yaml:2:5: error: A window is of a "site", of "targets"',
  [WINDOW.replace('pool', 'site')]: 'f.yaml:3:11: error: "sites" has no "fra"',
  [`sites: { fra: ['*/fra'] }\n${WINDOW.replace('pool: fra', 'site: frx')}`]:
    'f.yaml:4:11: error: "sites" has no "frx"; did you mean "fra"?',
  'sites: { fra: [eu] }\nwindows: []\n': 'f.yaml:1:16: error: "eu" is no target: write zone/pool',
  [WINDOW.replace('2026-12-01', 'soon')]: 'f.yaml:4:11: error: "soon" is no moment; write it as in',
  [WINDOW.replace('2026-12-01', '2026-02-30')]:
    'f.yaml:4:11: error: "2026-02-30" is no moment: there is no such date',
  [WINDOW.replace('1h', '-1h')]: 'f.yaml:5:10: error: "for" must be a time, such as 90s',
  [WINDOW.replace('for: 1h', 'until: 2026-11-30')]: 'f.yaml:5:12: error: "until" must be after "from"',
  [`${WINDOW}    until: 2026-12-02\n`]: 'f.yaml:2:5: error: A window needs either "until" or "for"',
  [`${WINDOW}    every: week\n`]: 'f.yaml:6:12: error: "every" must be a number of days, such as 7d',
  [`${WINDOW.replace('1h', '2d')}    every: 1d\n`]:
    'f.yaml:6:12: error: The window is open for longer than until it opens again',
  [`${WINDOW}    over: 2h\n`]: 'f.yaml:6:11: error: The drain goes on for longer than the window is open',
  [`${WINDOW}    do: up\n`]: 'f.yaml:6:9: error: "do" must be drain or down',
  [`${WINDOW}    do: down\n    over: 10m\n`]: 'f.yaml:7:11: error: Only a drain goes on over time',
  [`${WINDOW}    frmo: 2026\n`]: 'f.yaml:6:5: error: Unknown key "frmo"',
};

test('A file that would hold control up for seconds is refused before it is parsed', () => {
  const read = readWindowFile(
    `windows:\n${'  - { name: w, pool: eu, from: 2026-12-24, for: 1h }\n'.repeat(60_000)}`,
    'f.yaml',
  );
  assert.ok(!read.ok);
  assert.deepEqual(read.problem.map(formatDiagnostic), [
    'f.yaml:1:1: error: A file of windows in YAML has 256 KiB at most; this one has 3106\n  Leave out windows that are over, or write a calendar (iCalendar), which may be longer',
  ]);
});

for (const [text, problem] of Object.entries(PROBLEMS))
  test(`Refused: ${problem}`, () => {
    const read = readWindowFile(text, 'f.yaml');
    assert.ok(!read.ok, 'it was understood');
    const told = read.problem.map(formatDiagnostic);
    assert.ok(
      told.some((one) => one.startsWith(problem)),
      told.join('\n'),
    );
    assert.ok(read.problem.every(({ code }) => code === 'MAINTENANCE_FILE'));
  });
