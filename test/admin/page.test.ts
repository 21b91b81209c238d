/** The admin page says what the command line says, each thing with its place and its name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusPage } from '../../runtime/admin/page.ts';
import { STYLE } from '../../runtime/admin/page-style.ts';
import { statusOf } from '../../runtime/admin/status.ts';
import { Tally } from '../../runtime/admin/totals.ts';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { fakeFacts, fakeStats } from './fake-source.ts';

const PROBLEMS: readonly Diagnostic[] = [
  {
    code: 'POLICY_SAMPLE',
    severity: 'error',
    message: 'One\nTwo',
    file: 'policies/a.ts',
    line: 3,
    column: 7,
  },
  {
    code: 'ZONE_FILE',
    severity: 'warning',
    message: 'Three',
    file: 'policies/a.zone',
    line: 9,
    remedy: 'Mend it',
  },
];

async function page({ refreshes = true, problems = PROBLEMS } = {}): Promise<string> {
  const facts = fakeFacts();
  const zones = facts.zones.map((zone) => ({ ...zone, problems }));
  const sandbox = { pid: 9, rssBytes: 1, restarts: 0, pending: 0 };
  const stats = [{ ...fakeStats(100, 1), apart: sandbox, heavy: sandbox }];
  const totals = new Tally().update(stats, new Set([100]));
  const shown = await statusPage(statusOf({ ...facts, zones }, stats, totals), { refreshes });
  // It is an object of class String.
  return shown.toString();
}

test('Every problem is there, with the place that an editor opens, its severity and its remedy', async () => {
  const shown = await page();
  for (const text of [
    'One',
    'Two',
    'Three',
    'Mend it',
    '>policies/a.ts:3:7<',
    '>policies/a.zone:9<',
    'warning: Three',
  ])
    assert.ok(shown.includes(text), text);
});

test('Of very many problems some are shown, and how many more there are', async () => {
  const problems = Array.from(
    { length: 30 },
    (_, at) => ({ ...PROBLEMS[1], message: `Number ${at}.` }) as Diagnostic,
  );
  const shown = await page({ problems });
  assert.ok(shown.includes('Number 19.') && !shown.includes('Number 20.'));
  assert.ok(shown.includes('and 10 more: see the log'));
});

test('Pools are a list, and what nobody probes is unchecked', async () => {
  const pools = /<ul class="pools">(.*?)<\/ul>/s.exec(await page())?.[1] ?? '';
  assert.deepEqual(
    [...pools.matchAll(/<li><span class="\w+">(.*?)<\/span>/g)].map(([, text]) => text),
    ['us degraded', 'eu down', 'static unchecked'],
  );
});

test('Each process has a name of its own', async () => {
  const [, processes = ''] = (await page()).split('<h2>Processes</h2>');
  const names = [...processes.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, name]) => name);
  assert.equal(new Set(names).size, names.length, names.join('; '));
  for (const name of [
    'sandbox for trials',
    'sandbox 0',
    'sandbox 0, for offenders',
    'sandbox 0, for heavy loads',
  ])
    assert.ok(names.includes(name), name);
});

test('Every cell of a card says what it is', async () => {
  const cells = [...(await page()).matchAll(/<td([^>]*)>/g)].map(([, attributes = '']) => attributes);
  assert.ok(cells.length > 0);
  for (const attributes of cells) assert.match(attributes, /data-label="[A-Z]|class="empty"|colspan=/);
});

test('The page can be told to stand still, and takes no script', async () => {
  assert.match(await page(), /http-equiv="refresh"/);
  const still = await page({ refreshes: false });
  assert.doesNotMatch(still, /http-equiv="refresh"/);
  assert.match(still, /href="\/">/);
  assert.doesNotMatch(still + (await page()), /<script|onclick|javascript:/i);
});

test('Its colours can be read on white and on black', () => {
  const [light = '', dark = ''] = STYLE.split('prefers-color-scheme: dark');
  for (const [style, background] of [
    [light, 0xff],
    [dark, 0x12],
  ] as const) {
    const colours = [...style.matchAll(/--(good|bad|odd|faint): #([0-9a-f]+)/g)].map(([, , hex = '']) => hex);
    assert.equal(colours.length, 4);
    for (const hex of colours) assert.ok(contrast(hex, background) >= 4.5, hex);
  }
});

/** WCAG 2.2: contrast of a colour to a grey. */
function contrast(hex: string, grey: number): number {
  const full = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex;
  const parts = [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [red = 0, green = 0, blue = 0] = parts.map(linear);
  const lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue, linear(grey)].toSorted((a, b) => b - a);
  return ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05);
}
