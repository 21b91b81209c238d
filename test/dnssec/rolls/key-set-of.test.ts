/** What the times of keys mean, and which answers count. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOT_YET } from '../../../runtime/dnssec/rolls/change-keys.ts';
import { keySetOf } from '../../../runtime/dnssec/rolls/key-set-of.ts';
import type { KeyRole } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import type { RollTimes } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { step } from '../../../runtime/dnssec/rolls/step.ts';
import { secureWorld } from './secure-world.ts';
import { DAY } from './simulated-world.ts';

const NOW = 1000;

function useOf(times: RollTimes, role: KeyRole = 'csk'): string {
  const key = { tag: 1, algorithm: 13, flags: 257, role, dnskey: 'AQED', times };
  const { dnskeys, unpublished, cds } = keySetOf([key], [], NOW);
  const [shown] = dnskeys;
  const [hidden] = unpublished;
  const asked = typeof cds === 'string' ? cds : `cds ${cds.join(' ')}`;
  const signs = [
    shown?.signsKeys === true ? 'keys' : '',
    (shown ?? hidden)?.signsZone === true ? 'zone' : '',
  ];
  return [shown ? 'published' : hidden ? 'unpublished' : 'absent', ...signs, asked]
    .filter((each) => each !== '' && each !== 'none')
    .join(', ');
}

for (const [what, times, role, use] of [
  ['no times', {}, 'csk', 'absent'],
  ['published only', { publish: 1 }, 'csk', 'published'],
  ['in use', { publish: 1, activate: 1 }, 'csk', 'published, keys, zone'],
  ['in use, of a KSK', { publish: 1, activate: 1 }, 'ksk', 'published, keys'],
  ['in use, of a ZSK', { publish: 1, activate: 1, syncPublish: 1 }, 'zsk', 'published, zone'],
  ['a key that signs is there, whatever is not said', { activate: 1 }, 'csk', 'published, keys, zone'],
  ['signs before it is published', { publish: NOT_YET, activate: 1 }, 'csk', 'unpublished, zone'],
  ['signs no more', { publish: 1, activate: 1, inactive: 2 }, 'csk', 'published'],
  ['signs after it is gone', { publish: 1, activate: 1, delete: 2 }, 'csk', 'unpublished, zone'],
  ['ended', { publish: 1, activate: 1, inactive: 2, delete: 2 }, 'csk', 'absent'],
  ['from now on', { publish: NOW, activate: NOW }, 'csk', 'published, keys, zone'],
  ['in a second', { publish: NOW + 1, activate: NOW + 1 }, 'csk', 'absent'],
  ['asks for its DS', { publish: 1, activate: 1, syncPublish: 2 }, 'csk', 'published, keys, zone, cds 1'],
  ['has its DS', { publish: 1, activate: 1, syncPublish: 2, syncDelete: 3 }, 'csk', 'published, keys, zone'],
  ['asks for no DS', { publish: 1, activate: 1, syncDelete: 3 }, 'csk', 'published, keys, zone, delete'],
] as const) {
  test(`Times of a key: ${what}`, () => assert.equal(useOf(times, role), use));
}

test('An answer from before a change, or of its second, shows nothing of it', () => {
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:cache-expired1', DAY));
  const { since = 0, until = 0 } = world.state.roll ?? {};
  world.look();
  const { zone, parent } = world.observations;
  const at = (time: number) => ({
    zone: { servers: zone.servers.map((each) => ({ ...each, at: time })) },
    parent: { servers: parent.servers.map((each) => ({ ...each, at: time })) },
  });
  const input = { now: until, elapsed: until - world.state.at, policy: world.policy, keys: world.folder };
  const early = step(world.state, { ...input, observations: at(since) });
  assert.deepEqual(
    early.blocked.map(({ kind }) => kind),
    ['not-asked', 'not-asked'],
  );
  const later = step(world.state, { ...input, observations: at(since + 1) });
  assert.equal(later.state.roll?.stage, 1);
});
