/** The shared snippets, each in the sandbox. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Asking, outline, PolicySandbox, type SampleZone } from './sandbox.ts';

const sandbox = new PolicySandbox();
before(() => sandbox.start());
after(() => sandbox.stop());

/** Loads code that makes a text of the query, and asks it. */
async function say(imports: string, expression: string): Promise<(asking: Asking) => Promise<string>> {
  const zone: SampleZone = await sandbox.loadCode(imports, `(query) => ({ TXT: String(${expression}) })`);
  return async (asking) => outline((await zone.decide('www', asking)).plan);
}

test('regions: continents belong to one of three regions, and the unknown where one says', async () => {
  const region = await say(
    `import { regionOf } from './snippets/regions.ts';`,
    `regionOf(query.client, 'apac')`,
  );
  const regions = await Promise.all(
    ['NA', 'SA', 'EU', 'AF', 'AS', 'OC', 'AN', null].map((continent) => region({ client: { continent } })),
  );
  assert.deepEqual(regions, ['americas', 'americas', 'emea', 'emea', 'apac', 'apac', 'apac', 'apac']);
});

test('regions: sets of countries know their members', async () => {
  const member = await say(
    `import { BENELUX, DACH, NORDICS } from './snippets/regions.ts';`,
    `[DACH, BENELUX, NORDICS].map((set) => set.has(query.client.country))`,
  );
  assert.equal(await member({ client: { country: 'CH' } }), 'true,false,false');
  assert.equal(await member({ client: { country: 'SE' } }), 'false,false,true');
  assert.equal(await member({}), 'false,false,false');
});

const MONDAY = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;

test('schedules: hours run from their first minute to the last before their end', async () => {
  const during = await say(
    `import { isDuring, officeHours } from './snippets/schedules.ts';`,
    `isDuring(officeHours('Asia/Tokyo'), query)`,
  );
  const at = (now: number): Promise<string> => during({ now });
  assert.equal(await at(MONDAY - 1), 'false');
  assert.equal(await at(MONDAY), 'true');
  assert.equal(await at(MONDAY + 8 * HOUR - 1), 'true');
  assert.equal(await at(MONDAY + 8 * HOUR), 'false');
  assert.equal(await at(MONDAY - 24 * HOUR), 'false');
});

test('schedules: hours past midnight belong to the day they began on', async () => {
  const during = await say(
    `import { isDuring } from './snippets/schedules.ts';`,
    `isDuring({ timeZone: 'UTC', weekdays: [7], from: 22, until: 6 }, query)`,
  );
  const at = (now: number): Promise<string> => during({ now });
  assert.equal(await at(MONDAY - 3 * HOUR), 'false');
  assert.equal(await at(MONDAY - 2 * HOUR), 'true');
  assert.equal(await at(MONDAY + 5 * HOUR), 'true');
  assert.equal(await at(MONDAY + 6 * HOUR), 'false');
  assert.equal(await at(MONDAY + 22 * HOUR), 'false');
});

test('canary: the share is kept, growing it removes nobody, and releases differ', async () => {
  const zone = await sandbox.loadCode(
    `import { isCanary } from './snippets/canary.ts';`,
    `(query) => ({ TXT: [[10, 'a'], [30, 'a'], [10, 'b'], [0, 'a'], [100, 'a']].map(([percent, release]) => isCanary(query, percent, release) ? 1 : 0).join('') })`,
  );
  const networks = Array.from({ length: 1000 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`);
  const answers = await Promise.all(
    networks.map(async (subnet) => outline((await zone.decide('www', { client: { subnet } })).plan)),
  );
  const count = (test: (answer: string) => boolean): number => answers.filter(test).length;
  const ten = count((answer) => answer[0] === '1');
  assert.ok(ten > 60 && ten < 140, `${ten} of 1000 are 10 %`);
  assert.equal(
    count((answer) => answer[0] === '1' && answer[1] === '0'),
    0,
  );
  assert.ok(count((answer) => answer[0] !== answer[2]) > 100);
  assert.equal(
    count((answer) => answer.endsWith('01')),
    1000,
  );
});

test('maintenance: other days read nothing but the date', async () => {
  const zone = await sandbox.loadCode(
    `import { isUnderWay } from './snippets/maintenance.ts';
     const work = { timeZone: 'America/New_York', from: '2026-11-23T22:30', until: '2026-11-24T01:00' };`,
    `(query) => ({ TXT: String(isUnderWay(work, query)) })`,
  );
  const at = (now: number): ReturnType<SampleZone['decide']> => zone.decide('www', { now });
  // New York is five hours behind UTC in November.
  const cases: readonly (readonly [hours: number, expected: string])[] = [
    [27.4, 'false'],
    [27.5, 'true'],
    [29.9, 'true'],
    [30, 'false'],
  ];
  for (const [hours, expected] of cases)
    assert.equal(outline((await at(MONDAY + hours * HOUR)).plan), expected);
  const { plan, reads } = await at(MONDAY + 72 * HOUR);
  assert.equal(outline(plan), 'false');
  assert.deepEqual(reads, [['time@America/New_York.date', '2026-11-25']]);
});
