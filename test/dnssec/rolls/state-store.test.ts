/** The state of rolls on disk, and the order of effects. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fail, ok } from '../../../runtime/base/result.ts';
import { NOTHING_SEEN } from '../../../runtime/dnssec/rolls/observations.ts';
import { DEFAULT_ROLL_POLICY } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type RollState } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { RollStateStore } from '../../../runtime/dnssec/rolls/state-store.ts';
import { takeStep } from '../../../runtime/dnssec/rolls/take-step.ts';
import { atEnd } from '../../support/at-end.ts';
import { must, problemOf } from '../../support/wire.ts';
import { secureWorld } from './secure-world.ts';
import { ZONE } from './simulated-world.ts';

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dnsteer-rolls-'));
  atEnd(t, () => rm(folder, { recursive: true }));
  return folder;
}

test('A state comes back as it was, and only its owner can read it', async (t) => {
  const folder = path.join(await folderFor(t), 'rolls');
  const store = new RollStateStore(folder);
  assert.equal(must(await store.read(ZONE)), undefined);
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  must(await store.write(world.state));
  assert.deepEqual(must(await store.read(ZONE)), world.state);
  const [file = ''] = await readdir(folder);
  assert.equal((await stat(path.join(folder, file))).mode & 0o777, 0o600);
});

test('A file that is damaged, cut short, older, or of another zone is said to be, and never believed', async (t) => {
  const folder = await folderFor(t);
  const store = new RollStateStore(folder);
  must(await store.write(secureWorld().state));
  const [file = ''] = await readdir(folder);
  const place = path.join(folder, file);
  const good = await readFile(place, 'utf8');
  for (const [bad, why] of [
    [good.replace('"secure": true', '"secure": false'), /checksum/],
    [good.slice(0, good.length - 20), /checksum/],
    [good.replace('dnsteer-rolls 1', 'dnsteer-rolls 0'), /another version/],
    ['', /another version/],
  ] as const) {
    await writeFile(place, bad);
    assert.match(problemOf(await store.read(ZONE)), why);
  }
  await writeFile(path.join(folder, 'other.test..json'), good);
  assert.match(problemOf(await store.read('other.test.')), /state of zone\.test/);
});

test('Zones with the longest and oddest names have files of their own', async (t) => {
  const folder = await folderFor(t);
  const store = new RollStateStore(folder);
  const zones = [`${'\\000'.repeat(60)}.test.`, `${'a'.repeat(63)}.`.repeat(3), '../x.', '*.test.'];
  for (const zone of zones) must(await store.write(emptyState(zone, 5)));
  for (const zone of zones) assert.equal(must(await store.read(zone))?.zone, zone);
  assert.equal((await readdir(folder)).length, zones.length);
});

test('A folder that is a file is a problem in words', async (t) => {
  const folder = path.join(await folderFor(t), 'rolls');
  await writeFile(folder, '');
  assert.equal((await new RollStateStore(folder).write(emptyState(ZONE, 5))).ok, false);
  await rm(folder);
  await mkdir(folder);
  must(await new RollStateStore(folder).write(emptyState(ZONE, 5)));
});

const INPUT = { now: 1000, policy: DEFAULT_ROLL_POLICY, observations: NOTHING_SEEN, keys: [] };

test('The state is on disk before anything is done, and if it cannot be, nothing is', async () => {
  const before = emptyState(ZONE, 1000);
  const done: string[] = [];
  const hands = {
    write: async (state: RollState) => {
      done.push(`write ${state.roll?.step}`);
      return ok(undefined);
    },
    act: async (action: { readonly do: string }) => {
      done.push(action.do);
      return fail('the folder is read-only');
    },
  };
  const first = must(await takeStep(before, undefined, INPUT, hands));
  const second = must(await takeStep(first.result.state, first.written, INPUT, hands));
  assert.deepEqual(done, ['write start', 'make-key']);
  assert.deepEqual(second.problems, ['the folder is read-only']);
  assert.deepEqual(second.result.blocked, [{ kind: 'key-awaited', role: 'csk', algorithm: 13 }]);
  done.length = 0;
  const full = { ...hands, write: async () => fail('no space is left') };
  assert.equal(problemOf(await takeStep(before, undefined, INPUT, full)), 'no space is left');
  assert.deepEqual(done, []);
});

test('A state in which nothing moves is written now and then, so that a clock set back is noticed', async () => {
  const { state, policy, folder, observations } = secureWorld();
  const writes: number[] = [];
  const hands = {
    write: async ({ at }: RollState) => {
      writes.push(at - state.at);
      return ok(undefined);
    },
    act: async () => ok(undefined),
  };
  let [now, written] = [state, state];
  for (let passed = 60; passed <= 1800; passed += 60) {
    const input = { now: state.at + passed, elapsed: 60, policy, observations, keys: folder };
    const step = must(await takeStep(now, written, input, hands));
    [now, written] = [step.result.state, step.written];
  }
  assert.deepEqual(writes, [600, 1200, 1800]);
});
