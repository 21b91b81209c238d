/** Branches that no client reaches, by the walk of all cases in the real sandbox: which are told and where, and when none is. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Diagnostic } from '../../../runtime/base/diagnostic.ts';
import { checkReport } from '../../../runtime/cli/work/check-report.ts';
import { areUsualPlaces } from '../../../runtime/cli/work/unreachable-branches.ts';
import { loadConfig } from '../../../runtime/config/config.ts';
import { makeFolder } from '../../support/policies-folder.ts';

/** A policy whose handler has this body, from line 8 on. */
function policy(body: string, top = ''): string {
  return `import { definePolicy, health } from 'dnsteer';
const CHECK = { type: 'tcp', port: 80 } as const;
${top}
export default definePolicy({
  pools: { us: { A: '192.0.2.1', check: CHECK }, eu: { A: ['192.0.2.2', '192.0.2.3'], check: CHECK }, free: { A: '192.0.2.9' } },
  fallback: 'us',
  hosts: { www: (query) => {
${body}
  } },
});
void health;
`;
}

const TIRED = `    if (query.client.country === 'DE' && query.client.continent === 'NA') return 'eu';
    return 'us';`;

const NEAR = `export const near = (country?: string): boolean => {
  if (country === 'DE') return true;
  return country === 'DE' ? false : country === 'FR';
};
`;

/** What the handler does → what is told of it, as `line:column message`. */
const POLICIES: Readonly<Record<string, readonly [text: string, told: readonly string[]]>> = {
  contradiction: [
    policy(TIRED),
    [
      `8:9 No client gets here: query.client.country === 'DE' && query.client.continent === 'NA' is never true`,
    ],
  ],
  second: [
    policy(`    const { country } = query.client;
    if (country === 'DE') return 'eu';
    else if (country === 'AT' || country === 'DE') {
      return 'eu';
    }
    return country === 'DE' ? 'eu' : 'us';`),
    [
      `10:34 No client is meant here: country === 'DE' is never true`,
      `13:12 No client gets here: country === 'DE' is never true`,
    ],
  ],
  cases: [
    policy(`    switch (query.client.continent) {
      case 'EU':
      case 'AF': return 'eu';
      case 'NA': return 'us';
      case 'EU': return 'free';
      default: return 'us';
    }`),
    [`12:12 No client gets here: case 'EU' is never met`],
  ],
  health: [
    policy(`    if (health('us') === 'degraded') return 'eu';
    if (health('eu') === 'degraded') return 'us';
    return health('free') === 'up' ? 'free' : 'us';`),
    [
      `8:9 No client gets here: health('us') === 'degraded' is never true`,
      `10:12 No client gets to the other side: health('free') === 'up' is always true`,
    ],
  ],
  clocks: [
    policy(`    const { hour } = query.time;
    if (hour > 23) return 'eu';
    if (hour >= 8 && hour < 20) return 'us';
    if (hour === 12) {
      // Nobody comes to this one, so nothing is said of it.
      return query.client.eu ? 'eu' : 'free';
    } else {
      return 'us';
    }`),
    [
      '9:9 No client gets here: hour > 23 is never true',
      '11:9 No client gets here: hour === 12 is never true',
    ],
  ],
  helpers: [
    policy(
      `    return near(query.client.continent) ? 'eu' : !(query.client.family > 3) ? 'us' : 'free';`,
      `const near = (code?: string): boolean => { if (code === 'EU' && code.length > 2) return false; return code === 'EU'; };`,
    ),
    [
      `3:48 No client gets here: code === 'EU' && code.length > 2 is never true`,
      `8:50 No client gets here: !(query.client.family > 3) is never true`,
    ],
  ],
  // From here on: nothing.
  sound: [
    policy(`    if (query.client.country === undefined) return 'us';
    if (query.client.country === 'DE' && query.client.continent === 'EU') return 'eu';
    if (query.client.country === 'XK' || query.client.continent === 'AN') return 'free';
    return query.time.in('Europe/Berlin').hour === 2 ? 'eu' : 'us';`),
    [],
  ],
  switches: [
    policy(
      `    if (DRAINED.has('eu') || MOVED) return 'us';
    return query.client.eu ? 'eu' : 'us';`,
      'const DRAINED = new Set<string>(); const MOVED = false;',
    ),
    [],
  ],
  sampled: [policy(`    if (query.client.city?.length === 6) return 'eu';\n${TIRED}`), []],
  'without-end': [policy(`    if (query.client.latitude === 91.5) return 'eu';\n${TIRED}`), []],
  impure: [policy(`    if (Math.random() > 2) return 'eu';\n${TIRED}`), []],
  failing: [policy(`    if (health('us') === 'down') throw new Error('Ouch');\n${TIRED}`), []],
  calendar: [
    policy(`    const { time } = query;
    return time.month === 2 && time.day === 29 && time.weekday === 1 ? 'eu' : 'us';`),
    [],
  ],
  // What is imported may be for other policies.
  imported: [
    policy(`    return near(query.client.country) ? 'eu' : 'us';`, "import { near } from './lib/near.ts';"),
    [],
  ],
  free: [policy(`    if (query.client.country === 'XX' && query.client.eu) return 'free';\n${TIRED}`), []],
};

/** By the name of the zone. */
async function toldOf(folder: string): Promise<Map<string, Diagnostic[]>> {
  const config = loadConfig({ cwd: folder, env: {} });
  assert.ok(config.ok, JSON.stringify(config));
  const report = await checkReport([], config.value, { types: false, cases: 60_000 });
  assert.ok(report.ok, JSON.stringify(report));
  const found = report.value.diagnostics.filter(({ code }) => code === 'POLICY_UNREACHABLE');
  return Map.groupBy(found, ({ file = '' }) => path.basename(file, '.example.ts'));
}

test('Each branch that no client reaches is told where it is, and no other', async (context) => {
  const files = Object.entries(POLICIES).map(([name, [text]]) => [`${name}.example.ts`, text] as const);
  const { parent } = makeFolder(context, { 'lib/near.ts': NEAR, ...Object.fromEntries(files) });
  const told = await toldOf(parent);
  for (const [name, [, expected]] of Object.entries(POLICIES)) {
    const lines = told.get(name)?.map(({ line, column, message }) => `${line}:${column} ${message}`) ?? [];
    assert.deepEqual(lines, expected, name);
  }
  const [first] = told.get('contradiction') ?? [];
  assert.deepEqual(
    [first?.severity, first?.source, first?.remedy],
    [
      'warning',
      TIRED.split('\n')[0],
      'Remove it, or mend what it compares: all cases of the policy were looked at',
    ],
  );
});

test('The settings may put clients into places that the walk does not know', () => {
  for (const [place, isUsual] of [
    [{ country: 'DE', continent: 'NA' }, false],
    [{ country: 'XX' }, false],
    [{ eu: true }, false],
    [{ country: 'GB', eu: true }, false],
    [{ country: 'US', continent: 'NA', city: 'Boston' }, true],
    [{ continent: 'EU' }, true],
  ] as const)
    assert.equal(areUsualPlaces({ '10.0.0.0/8': place }), isUsual, JSON.stringify(place));
});
