/** How zones are signed, as the status and the metrics tell it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsText } from '../../runtime/admin/metrics.ts';
import { createObserver } from '../../runtime/admin/observe.ts';
import type { SignedStatus } from '../../runtime/registry/zone-status.ts';
import { fakeFacts, fakeSource } from './fake-source.ts';

const SIGNED: SignedStatus = {
  keys: [{ tag: 4711, algorithm: 13, role: 'csk' }],
  denial: 'chain',
  isFailing: false,
};

async function observed(signing: SignedStatus | undefined) {
  const facts = () => fakeFacts({ signingOf: (zone) => (zone === 'example.com' ? signing : undefined) });
  const { status, stats, totals } = await createObserver(fakeSource({ facts }))();
  const metrics = metricsText(status, stats, totals);
  return {
    zone: status.zones[0],
    lines: metrics.split('\n').filter((line) => /^dnsteer_zone_(signed|keys)/.test(line)),
  };
}

test('A zone that is not to be signed says nothing of it', async () => {
  const { zone, lines } = await observed(undefined);
  assert.deepEqual([zone?.signing, lines], [undefined, []]);
});

test('A signed zone names its keys; one that lacks some says so', async () => {
  const signed = await observed(SIGNED);
  assert.deepEqual(signed.zone?.signing, SIGNED);
  assert.deepEqual(signed.lines, [
    'dnsteer_zone_signed{zone="example.com"} 1',
    'dnsteer_zone_keys_problem{zone="example.com"} 0',
  ]);
  const failing = await observed({ ...SIGNED, keys: [], problem: 'gone', isFailing: true });
  assert.deepEqual(failing.lines, [
    'dnsteer_zone_signed{zone="example.com"} 0',
    'dnsteer_zone_keys_problem{zone="example.com"} 1',
  ]);
});
