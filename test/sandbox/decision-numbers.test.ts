/** Numbers of decisions, as the sandbox gives them and the host reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOLD_NUMBERS, ToldDecisions } from '../../runtime/rpc/told.ts';
import { DecisionNumbers } from '../../runtime/sandbox/decision-numbers.ts';

test('However many decisions there are, a number stands for the same one on both sides', () => {
  const numbers = new DecisionNumbers();
  const decisions = new ToldDecisions();
  for (let turn = 0; turn < 3 * TOLD_NUMBERS; turn += 1) {
    // Some come again soon, some after all numbers have been given anew.
    const which = turn % 3 === 0 ? turn % 30 : turn;
    const text = JSON.stringify({ plan: { kind: 'pool', pool: `p${which}` }, reads: [], impure: [] });
    const known = numbers.of(text);
    const told = decisions.read(known === undefined ? `1 1 ${numbers.give(text)}${text}` : `1 1 ${known}`);
    assert.deepEqual(told?.decision.plan, { kind: 'pool', pool: `p${which}` });
  }
});

test('There are never more numbers than both sides keep', () => {
  const numbers = new DecisionNumbers();
  for (let turn = 0; turn < 2 * TOLD_NUMBERS; turn += 1) assert.ok(numbers.give(String(turn)) < TOLD_NUMBERS);
  assert.equal(numbers.of('0'), undefined);
  assert.notEqual(numbers.of(String(2 * TOLD_NUMBERS - 1)), undefined);
});
