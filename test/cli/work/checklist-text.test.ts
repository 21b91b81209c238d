/** The list of a roll as operators read it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { formatChecklist } from '../../../runtime/cli/work/checklist-text.ts';
import { checklist } from '../../../runtime/dnssec/rolls/checklist.ts';
import { DEFAULT_ROLL_POLICY } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type RollState } from '../../../runtime/dnssec/rolls/roll-state.ts';

const START = 1_790_000_000;

function stateAt(stage: number): RollState {
  return {
    ...emptyState('shop.example', START),
    roll: {
      kind: 'csk',
      stage,
      step: 'propagation',
      began: START,
      since: START,
      until: undefined,
      dsComesUntil: 0,
      oldTags: [1],
      newTags: [2],
      dsBefore: [],
    },
  };
}

test('It says what is done, what is now, what it waits for, when it goes on, and what is next', () => {
  const ds = { tag: 1, algorithm: 13, digestType: 2, digest: 'ab' };
  const place = { server: 'ns.example', address: '192.0.2.1' };
  const blocked = [{ kind: 'ds-still', ds, ...place } as const];
  const text = formatChecklist(checklist({ state: stateAt(1), blocked, alarms: [] }, DEFAULT_ROLL_POLICY));
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '));
  assert.deepEqual(lines, [
    'shop.example',
    'Roll csk',
    '✓ start: The new keys are there',
    '✓ propagation1: The new key is in DNSKEY and signs: every server shows it',
    '✓ cache-expired1: No cache holds older DNSKEY or records of the zone',
    '▸ propagation2: The DS at the parent is of the new key: every server shows it; since 2026-09-21T14:13:20Z',
    '· cache-expired2: No cache holds older DS',
    '· done: The old keys are gone',
    'Waits ns.example at 192.0.2.1 still answers DS 1 13 2 AB',
    'Earliest 2026-09-21T14:18:20Z',
    'Parent asked for a change since 2026-09-21T14:13:20Z',
  ]);
});

test('Of many reasons the first are named, and the rest counted', () => {
  const blocked = Array.from({ length: 20 }, (_, tag) => {
    return { kind: 'ds-missing', tag, server: 'ns.example', address: '192.0.2.1' } as const;
  });
  const text = formatChecklist(checklist({ state: stateAt(1), blocked, alarms: [] }, DEFAULT_ROLL_POLICY));
  assert.equal(text.match(/has no DS/g)?.length, 12);
  assert.match(text, /and 8 more/);
});
