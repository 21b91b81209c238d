/** How zones are signed, as the status and the metrics tell it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsText } from '../../runtime/admin/metrics/metrics.ts';
import { createObserver } from '../../runtime/admin/observe.ts';
import type { Checklist } from '../../runtime/dnssec/rolls/checklist.ts';
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
    lines: metrics.split('\n').filter((line) => /^dnsteer_zone_(signed|keys|parent|key_)/.test(line)),
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

test('What a roll asks of the parent, and what is wrong at servers, is told by zone and kind', async () => {
  const place = { server: 'ns.example', address: '192.0.2.1' };
  const lacking = { kind: 'keys-lacking', lacks: [1], ...place } as const;
  const rolls: Checklist = {
    zone: 'example.com',
    state: 'signed',
    roll: 'sign',
    keys: [],
    items: [],
    blocked: [{ reason: { kind: 'clock-back', last: 9, now: 1 }, text: 'the clock' }],
    alarms: [
      { alarm: lacking, text: 'lacks' },
      { alarm: { ...lacking, address: '192.0.2.2' }, text: 'lacks' },
    ],
    earliest: undefined,
    parentAwaitedSince: 1_790_000_000,
  };
  const { lines, zone } = await observed({ ...SIGNED, rolls });
  assert.deepEqual(zone?.signing?.rolls, rolls);
  assert.deepEqual(lines.slice(2), [
    'dnsteer_zone_parent_awaited_timestamp_seconds{zone="example.com"} 1790000000',
    'dnsteer_zone_key_alarms{zone="example.com",kind="keys-lacking"} 2',
    'dnsteer_zone_key_alarms{zone="example.com",kind="clock-back"} 1',
  ]);
});
