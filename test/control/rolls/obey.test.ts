/** A command that comes too early is answered with what the roll waits for, and not with another command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obey } from '../../../runtime/control/rolls/obey.ts';
import { refusalsIn } from '../../../runtime/control/rolls/refusals.ts';
import type { ZoneRoll } from '../../../runtime/control/rolls/zone-roll.ts';
import { NOTHING_SEEN } from '../../../runtime/dnssec/rolls/observations.ts';
import { DEFAULT_ROLL_POLICY } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type Roll, type RollState } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { step } from '../../../runtime/dnssec/rolls/step.ts';
import type { StepResult } from '../../../runtime/dnssec/rolls/step-input.ts';

const NOW = 1_800_000_000;
const ROLL: Roll = {
  kind: 'sign',
  stage: 0,
  step: 'cache-expired',
  began: NOW,
  since: NOW,
  until: NOW + 3600,
  dsComesUntil: 0,
  oldTags: [],
  newTags: [],
  dsBefore: undefined,
};

/** A roll in this state, which takes real steps. */
function rollAt(roll: Roll): Pick<ZoneRoll, 'policy' | 'state' | 'last' | 'step'> {
  const policy = DEFAULT_ROLL_POLICY;
  const state: RollState = { ...emptyState('shop.example', NOW), roll };
  const input = { now: NOW, elapsed: 0, policy, observations: NOTHING_SEEN, keys: [] };
  const last: StepResult = step(state, { ...input, command: undefined });
  return {
    policy,
    state,
    last,
    step: async (command) => refusalsIn(step(state, { ...input, command }), state, command),
  };
}

test('While caches may hold older records it says until when', async () => {
  const outcome = await obey(rollAt(ROLL) as ZoneRoll, { do: 'continue' }, async () => {});
  assert.deepEqual(outcome, {
    kind: 'refused',
    why: 'caches may hold older records until 2027-01-15T09:00:00Z',
  });
});

test('While a key is to be made it says which', async () => {
  const outcome = await obey(
    rollAt({ ...ROLL, step: 'start', stage: -1 }) as ZoneRoll,
    { do: 'continue' },
    async () => {},
  );
  assert.deepEqual(outcome, { kind: 'refused', why: 'a CSK of algorithm 13 is not there yet' });
});

test('Another command than the step is told to be another', async () => {
  const outcome = await obey(rollAt(ROLL) as ZoneRoll, { do: 'done' }, async () => {});
  assert.ok(
    outcome.kind === 'refused' && outcome.why.includes('"done" is not what the roll waits for'),
    JSON.stringify(outcome),
  );
});
