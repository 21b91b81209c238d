/** The engine of rolls with a real key folder and a real state on disk: a zone is signed, and its key replaced. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { readKeyFolder } from '../../../runtime/dnssec/keys/key-folder.ts';
import type { KeySet } from '../../../runtime/dnssec/keys/key-set.ts';
import type { RollCommand } from '../../../runtime/dnssec/rolls/commands.ts';
import { actInFolder, factsOfKey } from '../../../runtime/dnssec/rolls/key-folder-hands.ts';
import type { Observations } from '../../../runtime/dnssec/rolls/observations.ts';
import { DEFAULT_ROLL_POLICY, type RollPolicy } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type RollState } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { RollStateStore } from '../../../runtime/dnssec/rolls/state-store.ts';
import { step } from '../../../runtime/dnssec/rolls/step.ts';
import { takeStep } from '../../../runtime/dnssec/rolls/take-step.ts';
import { atEnd } from '../../support/at-end.ts';
import { must, name } from '../../support/wire.ts';

const ZONE = 'shop.example';
const HOUR = 3600;

interface Zone {
  readonly folder: string;
  readonly keys: string;
  readonly store: RollStateStore;
  now: number;
  keySet: KeySet;
}

async function newZone(t: TestContext): Promise<Zone> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dnsteer-rolls-'));
  atEnd(t, () => rm(folder, { recursive: true }));
  const store = new RollStateStore(path.join(folder, 'rolls'));
  const keySet: KeySet = { dnskeys: [], unpublished: [], cds: 'none' };
  return { folder, keys: path.join(folder, 'keys'), store, now: 1_700_000_000, keySet };
}

/** A name server that shows at once what the zone has; nobody delegates the zone. */
function observe({ keySet, now }: Zone): Observations {
  const tags = (keys: readonly { readonly tag: number }[]): number[] => keys.map(({ tag }) => tag);
  const signsZone = [...keySet.dnskeys, ...keySet.unpublished].filter((key) => key.signsZone);
  const seen = {
    keys: keySet.dnskeys.map(({ tag, dnskey }) => ({ tag, algorithm: dnskey[3] ?? 0 })),
    keysTtl: HOUR,
    keySigners: tags(keySet.dnskeys.filter((key) => key.signsKeys)),
    soaSigners: tags(signsZone),
    soaTtl: HOUR,
  };
  const server = { server: 'ns1.shop.example', address: '192.0.2.1', at: now, seen };
  return { zone: { servers: [server] }, parent: { servers: [] } };
}

/** A server is started, steps once, and ends: all it knows is on the disk. */
async function life(zone: Zone, policy: RollPolicy, command?: RollCommand): Promise<RollState> {
  const { keys: folder, store, now } = zone;
  const keys = (await readKeyFolder(folder)).zones.get(ZONE) ?? [];
  const before = must(await store.read(ZONE)) ?? emptyState(ZONE, now);
  const input = { now, policy, observations: observe(zone), keys: keys.map(factsOfKey), command };
  const { result, problems } = must(
    await takeStep(before, undefined, input, {
      write: (state) => store.write(state),
      act: (action) => actInFolder(folder, name(ZONE), keys, action, now),
    }),
  );
  assert.deepEqual(problems, []);
  zone.keySet = result.keySet;
  zone.now += 10 * 60;
  return result.state;
}

async function untilIdle(zone: Zone, policy: RollPolicy): Promise<RollState> {
  for (let lives = 0; lives < 300; lives++) {
    const state = await life(zone, policy);
    if (state.keys.length > 0 && state.roll === undefined) return state;
  }
  return assert.fail('the roll does not end');
}

const POLICY: RollPolicy = {
  ...DEFAULT_ROLL_POLICY,
  parent: 'none',
  ttl: { keys: HOUR, zone: HOUR },
  lifetimes: {},
  purgeAfter: 2 * HOUR,
};

test('Keys on disk are made, used, replaced and removed, by a server that is started anew for each step', async (t) => {
  const zone = await newZone(t);
  const first = await untilIdle(zone, POLICY);
  assert.equal(first.keys.length, 1);
  await life(zone, POLICY, { do: 'start', roll: 'csk' });
  const second = await untilIdle(zone, POLICY);
  const [old, fresh] = second.keys;
  assert.ok(old?.times.delete !== undefined && fresh?.times.delete === undefined);
  assert.equal((await readdir(zone.keys)).filter((file) => file.endsWith('.private')).length, 2);
  for (let lives = 0; lives < 20; lives++) await life(zone, POLICY);
  const left = await readdir(zone.keys);
  assert.deepEqual(
    left.filter((file) => !file.includes(`+${String(fresh?.tag).padStart(5, '0')}.`)),
    [],
  );
  assert.equal(must(await zone.store.read(ZONE))?.keys.length, 1);
});

test('A server that follows has the same keys from copies of the files, at each step of a new algorithm', async (t) => {
  const zone = await newZone(t);
  await untilIdle(zone, POLICY);
  const ed25519: RollPolicy = { ...POLICY, algorithm: 15 };
  await life(zone, ed25519, { do: 'start', roll: 'algorithm' });
  const seen = new Set<string>();
  for (let lives = 0; lives < 200; lives++) {
    const state = await life(zone, ed25519);
    const keys = (await readKeyFolder(zone.keys)).zones.get(ZONE) ?? [];
    const input = { now: zone.now, observations: observe(zone), keys: keys.map(factsOfKey) };
    const follower = step(emptyState(ZONE, 0), { ...input, policy: { ...ed25519, rolls: false } });
    const byTag = (set: KeySet['dnskeys']) => set.toSorted((a, b) => a.tag - b.tag);
    assert.deepEqual(byTag(follower.keySet.dnskeys), byTag(zone.keySet.dnskeys));
    assert.deepEqual(byTag(follower.keySet.unpublished), byTag(zone.keySet.unpublished));
    assert.deepEqual(follower.actions, []);
    seen.add(`${zone.keySet.dnskeys.length} ${zone.keySet.unpublished.length}`);
    if (state.roll === undefined) break;
  }
  assert.deepEqual(
    [...seen],
    ['1 0', '1 1', '2 0', '1 1', '1 0'].filter((each, at, all) => all.indexOf(each) === at),
  );
});

test('No state and no file of rolls holds a private key', async (t) => {
  const zone = await newZone(t);
  await untilIdle(zone, POLICY);
  const [file = ''] = (await readdir(zone.keys)).filter((each) => each.endsWith('.private'));
  const secret = /PrivateKey: (\S+)/.exec(await readFile(path.join(zone.keys, file), 'utf8'))?.[1] ?? '';
  assert.ok(secret.length > 40);
  for (const state of await readdir(path.join(zone.folder, 'rolls'))) {
    const text = await readFile(path.join(zone.folder, 'rolls', state), 'utf8');
    assert.equal(text.includes(secret), false);
  }
  // The test would find it.
  await writeFile(path.join(zone.folder, 'probe'), `x ${secret}`);
  assert.ok((await readFile(path.join(zone.folder, 'probe'), 'utf8')).includes(secret));
});
