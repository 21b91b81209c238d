/** What clients asked weighs a difference: in all, for zones and names, and for each of its cells. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Traffic, type WeighedCell } from '../../runtime/replay/traffic.ts';
import { recorded } from './recorded.ts';
import { PlayedSide } from './side.ts';

const POOLS = { us: { records: { A: ['192.0.2.1'] } }, eu: { records: { A: ['198.51.100.1'] } } };
const SHOP = { zone: 'shop.example', policy: { pools: POOLS, hosts: { www: null } } };
const pool = (name: string) => ({ kind: 'pool', pool: name });
const cell = (value: string): WeighedCell => ({
  when: new Map([['client.country~DE,FR', [value]]]),
  types: ['A'],
});

test('Lines are counted in the cells whose facts they have', async () => {
  const sides = [new PlayedSide([SHOP]), new PlayedSide([SHOP])] as const;
  sides[0].sandbox.script = () => pool('us');
  sides[1].sandbox.script = (read) => pool(read('client.country~DE,FR') === 'DE' ? 'eu' : 'us');
  const [german, other] = [cell('DE'), cell('*')];
  const cells = new Map([['shop.example', new Map([['www.shop.example', [german, other]]])]]);
  const traffic = new Traffic([sides[0].decider, sides[1].decider], cells);
  const lines = [
    ...['DE', 'FR', 'US', 'US', 'US'].map((country) => recorded({ reads: [['client.country', country]] })),
    recorded({ name: 'www.other.example', zone: 'other.example' }),
    recorded({ unreplayable: 'address' }),
  ];
  for (const line of lines) await traffic.query(line, Date.parse(line.at), 'file', 1);
  const { same, different, gone, unreplayable } = traffic.tally.report;
  assert.deepEqual([same, different, gone.lines, unreplayable], [3, 2, 1, 1]);
  assert.deepEqual(traffic.zones.of('shop.example'), { queries: 5, changed: 2 });
  assert.deepEqual(traffic.questions.of('www.shop.example A'), { queries: 5, changed: 2 });
  assert.deepEqual(
    [traffic.cells.of(german), traffic.cells.of(other)],
    [
      { queries: 2, changed: 2 },
      { queries: 3, changed: 0 },
    ],
  );
});
