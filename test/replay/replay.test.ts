/** What is different is told in groups that no recording makes too many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Replay } from '../../runtime/replay/replay.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import { failure } from '../answer/scripted-sandbox.ts';
import { recorded } from './recorded.ts';
import { PlayedSide } from './side.ts';

const POOLS = { us: { records: { A: ['192.0.2.1'] } }, eu: { records: { A: ['198.51.100.1'] } } };
const SHOP = { zone: 'shop.example', policy: { pools: POOLS, hosts: { www: null, '*.app': null } } };
const pool = (name: string) => ({ kind: 'pool', pool: name });

async function replayed(
  lines: readonly RecordedLine[],
  script: PlayedSide['sandbox']['script'],
  isSigned = false,
) {
  const side = new PlayedSide([SHOP], undefined, isSigned);
  side.sandbox.script = script;
  const replay = new Replay(side.decider);
  for (const [index, line] of lines.entries())
    await replay.query(line, Date.parse(line.at), 'file', index + 1);
  await side.decider.end();
  return replay.tally.report;
}

test('Pools that change are told by name, and other answers by what they hold', async () => {
  const eu = ['www.shop.example. 30 IN A 198.51.100.1'];
  const lines = [
    recorded({ id: 'a' }),
    recorded({ id: 'b' }),
    recorded({ id: 'c', answer: eu }),
    recorded({ id: 'd', answer: [], rcode: 'NXDOMAIN' }),
    recorded({ id: 'e', answer: eu, fallback: 'deadline', source: 'fallback' }),
    recorded({ id: 'f', answer: ['www.shop.example. 60 IN A 198.51.100.1'] }),
  ];
  const { same, different, groups } = await replayed(lines, () => pool('eu'));
  assert.deepEqual([same, different], [2, 4]);
  assert.deepEqual(
    groups.map(({ before, after, lines: count, witness }) => [before, after, count, witness]),
    [
      ['us', 'eu', 2, 'a'],
      ['NXDOMAIN', 'eu 198.51.100.1 (TTL 30)', 1, 'd'],
      ['eu 198.51.100.1 (TTL 60)', 'eu 198.51.100.1 (TTL 30)', 1, 'f'],
    ],
  );
});

test('What cannot be decided is counted for what it is', async () => {
  const { lines, same, unreplayable, gone, problems } = await replayed(
    [
      recorded({ unreplayable: 'address' }),
      recorded({ unreplayable: 'override', client: '198.51.100.7' }),
      recorded({ rcode: 'FORMERR', answer: [] }),
      recorded({ name: 'www.old.example', zone: 'old.example' }),
      recorded({ name: 'www.old.example', zone: 'old.example' }),
      recorded({ client: 'nobody' }),
      recorded(),
    ],
    () => pool('us'),
  );
  assert.deepEqual([lines, same, unreplayable], [6, 1, 3]);
  assert.deepEqual(gone, { lines: 2, zones: { 'old.example': 2 } });
  assert.deepEqual(problems, {
    count: 1,
    told: [{ file: 'file', line: 6, message: 'client: Must be an address or a network' }],
  });
});

test('A name of no zone is refused as it was', async () => {
  const { zone: _, ...stray } = recorded({
    name: 'example.org',
    rcode: 'REFUSED',
    answer: [],
    source: 'none',
  });
  assert.equal((await replayed([stray], () => pool('us'))).same, 1);
});

test('What a server signs denies a name to clients that set DO as if it had no records, and keys are its own', async () => {
  const denied = recorded({ name: 'none.shop.example', answer: [] });
  const key = recorded({
    name: 'shop.example',
    type: 'DNSKEY',
    answer: ['shop.example. 30 IN DNSKEY 257 3 13 AA=='],
  });
  const lines = [denied, key, recorded({ answer: [] })];
  const counts = async (isSigned: boolean) => {
    const { same, different, unreplayable } = await replayed(lines, () => pool('us'), isSigned);
    return [same, different, unreplayable];
  };
  assert.deepEqual(await counts(true), [1, 1, 1]);
  assert.deepEqual(await counts(false), [0, 2, 1]);
});

test('A fallback is told with its reason', async () => {
  const { groups } = await replayed([recorded()], () => failure('throw'));
  assert.deepEqual(
    groups.map(({ before, after }) => [before, after]),
    [['us 192.0.2.1 (TTL 30)', 'fallback (throw): 192.0.2.99 (TTL 30)']],
  );
});

test('More ways to differ than are told apart are counted', async () => {
  const lines = Array.from({ length: 10_050 }, (_, index) => {
    const name = `a${index}.app.shop.example`;
    return recorded({ name, answer: [`${name}. 30 IN A 192.0.2.1`] });
  });
  const { groups, ungrouped, different } = await replayed(lines, () => pool('eu'));
  assert.deepEqual([groups.length, ungrouped, different], [10_000, 50, 10_050]);
});
