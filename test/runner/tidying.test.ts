/** A sandbox that has nothing to do gives back the memory that many runs have filled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { Tidying } from '../../runtime/runner/tidying.ts';
import { until } from '../support/until.ts';
import { decide, guest, LIMITS, reasonOf } from './guests.ts';
import { heldPolicy } from './held-policy.ts';

/** A channel that notes which isolates are tidied. */
function fakeChannel() {
  const tidied: string[] = [];
  return { sent: 0, pending: 0, tidied, tidy: (key: string) => void tidied.push(key) };
}

function loaded(key: string, untidyRuns: number) {
  return Object.assign(heldPolicy(key), { state: 'loaded' as const, untidyRuns });
}

test('Only what has run often is tidied, once, a few at a time, and never while there are queries', () => {
  const tidying = new Tidying();
  const channel = fakeChannel();
  const policies = [loaded('a', 500), loaded('b', 5), loaded('c', 500), loaded('d', 500)];
  tidying.look(channel, policies);
  assert.deepEqual(channel.tidied, [], 'the first look knows of no quiet');
  channel.sent = 7;
  tidying.look(channel, policies);
  assert.deepEqual(channel.tidied, [], 'there were queries since the last look');
  channel.pending = 1;
  tidying.look(channel, policies);
  assert.deepEqual(channel.tidied, [], 'a query waits');
  channel.pending = 0;
  tidying.look(channel, policies);
  assert.deepEqual(channel.tidied, ['a', 'c']);
  tidying.look(channel, policies);
  tidying.look(channel, policies);
  assert.deepEqual(channel.tidied, ['a', 'c', 'd']);
  tidying.look(fakeChannel(), [loaded('e', 500)]);
  assert.equal(channel.tidied.length, 3, 'another process has to be quiet as well');
});

test('A sandbox holds less memory once its isolates were tidied, and they decide as before', async () => {
  const { script: prelude } = await preludeBundle();
  const sandbox = new Sandbox({ spare: false, prelude });
  await sandbox.start();
  try {
    const keys = Array.from({ length: 12 }, (_, index) => `zone${index}@1`);
    // Leaves a megabyte behind, of which V8 has no reason to return any.
    const script = guest(
      "globalThis.last = Array.from({ length: 1e4 }, (_, at) => 'text ' + at); return { kind: 'nodata' };",
    );
    for (const key of keys) assert.ok((await sandbox.load(key, script, { ...LIMITS, memoryMb: 32 })).ok);
    for (const key of keys)
      for (let run = 0; run < 120; run += 1) assert.equal(reasonOf(await decide(sandbox, key)), 'none');
    const before = sandbox.stats().rssBytes;
    await until(
      async () => sandbox.stats().rssBytes,
      (now) => now < before - 12 * 2 ** 20,
    );
    assert.equal(reasonOf(await decide(sandbox, keys[0] ?? '')), 'none');
    assert.equal(sandbox.stats().restarts, 0);
  } finally {
    await sandbox.stop();
  }
});
