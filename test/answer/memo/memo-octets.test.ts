/** What memos say they take is what they take, however a policy reads: no shape of a decision is cheaper than it looks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PastRead } from '../../../runtime/answer/facts/fact.ts';
import { parseFact } from '../../../runtime/answer/facts/fact.ts';
import { Memo } from '../../../runtime/answer/memo/memo.ts';
import type { MemoQuestion } from '../../../runtime/answer/memo/memo-node.ts';
import { MemoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import type { Plan, Pool } from '../../../runtime/plan/plan.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const LIMITS = { leaves: 4000, policyOctets: 12_000_000, octets: 256_000_000 };
/** Of what is said to be taken. What V8 does beside it is in here as well. */
const MOST = 1.15;

const POOLS = new Map<string, Pool>(
  Array.from({ length: 250 }, (_, index) => {
    const name = `${'p'.repeat(58)}${String(index).padStart(4, '0')}`;
    return [name, { name, sets: [] } as unknown as Pool];
  }),
);
const ZONES = Intl.supportedValuesOf('timeZone').slice(0, 16);
const PLAN: Plan = { kind: 'nodata' };

/** What a sandbox says is new text each time, as JSON is parsed. */
function read(key: string, value: string | boolean): PastRead {
  const text = JSON.parse(JSON.stringify([key, value])) as [string, string | boolean];
  return { fact: parseFact(text[0], POOLS) ?? assert.fail(key), value: text[1] };
}

const SHAPES: Readonly<Record<string, (index: number) => PastRead[]>> = {
  'one short value': (index) => [read('client.country', `x${index}`)],
  'a long value': (index) => [read('client.city', 'y'.repeat(1000) + index)],
  'a value beyond Latin-1': (index) => [read('client.city', '日'.repeat(200) + index)],
  'the health of 250 pools with long names, behind another city each': (index) => [
    read('client.city', `y${index}`),
    ...Array.from(POOLS.keys(), (name) => read(`health.${name}`, 'up')),
  ],
  'the clocks of 16 zones': (index) => [
    read('client.city', `y${index}`),
    ...ZONES.map((zone) => read(`time@${zone}.date`, '2026-11-29')),
  ],
  'another name each': (index) => [read('query.name', ''), read('client.subnet', `10.${index}`)],
  'what nobody shares': (index) => [
    read('client.subnet', `10.${index}`),
    read('client.city', 'y'),
    read('client.eu', true),
    read('query.type', 'A'),
  ],
};

for (const [title, shape] of Object.entries(SHAPES)) {
  test(`Decisions that read ${title} take no more than they say, and stay within their bound`, () => {
    // What V8 keeps of code that runs for the first time is no decision's.
    filled(shape, 500).retire();
    collect();
    const before = heap();
    // A hundred decisions of hundreds of reads fill it.
    const memo = filled(shape, shape(0).length > 100 ? 500 : 5000);
    collect();
    const taken = heap() - before;
    assert.ok(taken < MOST * memo.octets, `${taken} octets are taken, and ${memo.octets} are said to be`);
    memo.retire();
  });
}

/** A memo that was to remember so many decisions of one shape, and holds as many as there is room for. */
function filled(shape: (index: number) => PastRead[], decisions: number): Memo {
  const memo = new Memo(new MemoSpace(LIMITS));
  const name = new Uint8Array(60).fill(0x61);
  const question: MemoQuestion = { host: 0, type: 1, isWildcard: true, name, nameLength: name.length };
  for (let index = 0; index < decisions; index += 1) {
    new DataView(name.buffer).setUint32(0, index);
    assert.equal(memo.remember(question, shape(index), PLAN), undefined);
    assert.ok(memo.octets <= LIMITS.policyOctets);
  }
  return memo;
}

function heap(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
