/** Looks at servers in turn: how many zones at a time, how many in a second, and how often where nothing is seen. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLogger } from '../../../runtime/base/log.ts';
import { Rounds } from '../../../runtime/control/rolls/rounds.ts';
import type { ZoneRoll } from '../../../runtime/control/rolls/zone-roll.ts';
import type { Observations } from '../../../runtime/dnssec/rolls/observations.ts';
import { DEFAULT_ROLL_POLICY } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { atEnd } from '../../support/at-end.ts';
import { until } from '../../support/until.ts';

const UNSEEN: Observations = {
  zone: { servers: [], problem: 'it is not delegated' },
  parent: { servers: [], problem: 'no resolver answers' },
};

/** A roll that wants a look each second, as if something was about to happen. */
function eagerRoll(zone: string): ZoneRoll {
  const policy = { ...DEFAULT_ROLL_POLICY, pauses: { waiting: 0.5, idle: 3600 } };
  const last = { state: emptyState(zone, 0), wakeAt: 1, wants: { zone: 1, parent: 1 } };
  const roll = { zone, policy, last, saw: () => {}, step: () => Promise.resolve([]) };
  return roll as unknown as ZoneRoll;
}

function rounds(context: TestContext, look: (zone: string) => Promise<Observations>): Rounds {
  const made = new Rounds({
    outside: { look, notify: () => Promise.resolve([]) },
    log: silentLogger(),
    knownOf: () => new Map(),
    onStep: () => {},
    now: () => 0,
  });
  atEnd(context, () => made.stop());
  return made;
}

test('Many zones that nobody has delegated are looked at a few at a time', async (context) => {
  const asked: string[] = [];
  let [running, most] = [0, 0];
  const made = rounds(context, async (zone) => {
    asked.push(zone);
    running += 1;
    most = Math.max(most, running);
    await pause(600);
    running -= 1;
    return UNSEEN;
  });
  for (let zone = 0; zone < 5000; zone++) made.soon(eagerRoll(`zone${zone}.example`));
  made.start();
  const begun = performance.now();
  await until(
    () => Promise.resolve(asked.length),
    (count) => count >= 8,
  );
  // The second four begin when the first are done, and ten a second is the most: no storm, however many there are.
  assert.ok(performance.now() - begun >= 600);
  assert.equal(most, 4);
  assert.equal(new Set(asked).size, asked.length);
});

test('A zone of which nothing is seen is looked at less and less often', async (context) => {
  const times: number[] = [];
  const made = rounds(context, () => {
    times.push(performance.now());
    return Promise.resolve(UNSEEN);
  });
  made.soon(eagerRoll('shop.example'));
  made.start();
  await until(
    () => Promise.resolve(times.length),
    (count) => count >= 3,
  );
  const [first = 0, second = 0, third = 0] = times;
  // The pause of half a second doubles with each look that sees nothing.
  assert.ok(second - first >= 990, `${second - first} ms`);
  assert.ok(third - second >= 1950, `${third - second} ms`);
});

test('A look that is asked for goes first, and two looks at one zone are one', async (context) => {
  const asked: string[] = [];
  const made = rounds(context, async (zone) => {
    asked.push(zone);
    await pause(10);
    return UNSEEN;
  });
  for (let zone = 0; zone < 100; zone++) made.soon(eagerRoll(`zone${zone}.example`));
  await Promise.all([
    made.look('zone99.example'),
    made.look('zone99.example'),
    made.look('elsewhere.example'),
  ]);
  assert.deepEqual(asked, ['zone99.example']);
});
