/** However large a manifest is, one step of reading it is small: queries are answered between two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Steps } from '../../runtime/base/loop/steps.ts';
import { WorkMeter } from '../../runtime/base/loop/work-meter.ts';
import { compilePlan, compilePlanInSteps } from '../../runtime/plan/compile-plan.ts';
import { MANIFEST_WORK, manifestInSteps } from '../../runtime/plan/manifest.ts';
import { encodePolicyBody, policyBodyInSteps } from '../../runtime/rpc/policy-body.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';
import { name } from '../support/wire.ts';

const ZONE = name('example.com.');
const CONTEXT = {
  zone: ZONE,
  defaultTtl: 30,
  maxBudgetMs: 50,
  maxDeadlineMs: 500,
  checkTiming: CHECK_TIMING,
};

/** What the steps come to, and what `count` says there was more of in each. */
function counted<T>(steps: Steps<T>, count: () => number): { value: T; perStep: number[] } {
  const perStep: number[] = [];
  for (let before = count(); ; before = count()) {
    const { done, value } = steps.next();
    perStep.push(count() - before);
    if (done === true) return { value, perStep };
  }
}

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `192.0.2.${index}`);
const many = <T>(count: number, of: T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, of]));

test('In one step the values of one set of records are read', () => {
  let reads = 0;
  const counting: ProxyHandler<string[]> = {
    get(values, key) {
      if (key !== 'length') reads += 1;
      return Reflect.get(values, key);
    },
  };
  const records = () => ({ kind: 'records', records: { A: new Proxy(addresses(250), counting) } });
  const plan = { kind: 'firstHealthy', of: [records(), records()] };
  const context = { zone: ZONE, pools: new Map(), ttl: 30, apex: false };
  const meter = new WorkMeter('all', MANIFEST_WORK);
  const { value, perStep } = counted(compilePlanInSteps(plan, context, '', meter), () => reads);
  assert.deepEqual(perStep, [0, 250, 250]);
  assert.deepEqual(value, compilePlan(plan, context));
  assert.equal(meter.taken('values'), 500);
});

test('In one step a few dozen targets are looked up', () => {
  let slots = 0;
  const pool = { records: { A: addresses(250) }, check: { type: 'tcp', port: 80 } };
  const data = { form: 'policy', fallback: { kind: 'nodata' }, hosts: {}, records: {}, pools: many(3, pool) };
  const context = { ...CONTEXT, slotOf: () => slots++ };
  const { value, perStep } = counted(manifestInSteps(data, context), () => slots);
  assert.ok(value.ok);
  assert.equal(slots, 750);
  assert.ok(Math.max(...perStep) <= 32, `${Math.max(...perStep)} in one step`);
});

test('In one step one line of what was sent is parsed, of ten thousand hosts too', () => {
  const hosts = many(10_000, { kind: 'records' as const, records: { A: addresses(2) } });
  const manifest = { form: 'policy', fallback: { kind: 'nodata' }, pools: {}, hosts, records: {} } as const;
  const body = encodePolicyBody({ manifest, script: '' });
  const { parse } = JSON;
  let parsed = 0;
  JSON.parse = (text: string) => {
    parsed += text.length;
    return parse(text);
  };
  try {
    const line = Math.max(
      ...body
        .toString()
        .split('\n')
        .map(({ length }) => length),
    );
    const sent = counted(policyBodyInSteps(body), () => parsed);
    assert.ok(Math.max(...sent.perStep) <= line);
    const read = counted(
      manifestInSteps(sent.value.manifest, { ...CONTEXT, slotOf: () => -1 }),
      () => parsed,
    );
    assert.ok(read.value.ok && read.value.value.hosts.length === 10_000);
    assert.ok(Math.max(...read.perStep) <= line);
  } finally {
    JSON.parse = parse;
  }
});
