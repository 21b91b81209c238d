/** When prefixes are announced: laws that hold for every history of a server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AnnounceEvidence,
  type Announcement,
  type AnnounceRules,
  firstAnnouncement,
  nextAnnouncement,
} from '../../../runtime/control/announce/announcement.ts';

const RULES: AnnounceRules = { rise: 5, fall: 1, hold: 30, onUnwell: 'withdraw' };
const WELL: AnnounceEvidence = { unwell: [], isStarting: false };
const UNWELL: AnnounceEvidence = { unwell: ['no answer process listens'], isStarting: false };
const STARTING: AnnounceEvidence = { unwell: ['no answer process listens'], isStarting: true };
const DRAINED: AnnounceEvidence = { unwell: [], ordered: 'drained by anna', isStarting: false };

/** Looks each quarter of a second at the evidence of so many seconds; returns what holds at the end of each. */
function history(rules: AnnounceRules, ...parts: readonly (readonly [AnnounceEvidence, seconds: number])[]) {
  let now = 0;
  let state = firstAnnouncement(now);
  const ways = parts.map(([evidence, seconds]) => {
    for (const end = now + 1000 * seconds; now < end; now += 250)
      state = nextAnnouncement(state, evidence, rules, now);
    return state.way;
  });
  return { ways, state };
}

test('Nothing is decided while the server starts; then it has to be well for "rise"', () => {
  assert.deepEqual(history(RULES, [STARTING, 60], [WELL, 4], [WELL, 2]).ways, [
    undefined,
    undefined,
    'announced',
  ]);
});

test('A server that has started and is unwell is withdrawn after "fall"', () => {
  assert.deepEqual(history(RULES, [STARTING, 5], [UNWELL, 0.5], [UNWELL, 1.5]).ways, [
    undefined,
    undefined,
    'withdrawn',
  ]);
});

test('A short weakness is none; a longer one withdraws, and "hold" passes before traffic is drawn again', () => {
  const { ways } = history(RULES, [WELL, 6], [UNWELL, 0.5], [WELL, 1], [UNWELL, 1.5], [WELL, 25], [WELL, 10]);
  assert.deepEqual(ways, ['announced', 'announced', 'announced', 'withdrawn', 'withdrawn', 'announced']);
});

test('What an operator says holds at once; after it neither "hold" nor an unwell server is forgotten', () => {
  const { ways } = history(RULES, [WELL, 6], [DRAINED, 0.25], [WELL, 6], [DRAINED, 1], [UNWELL, 1]);
  assert.deepEqual(ways, ['announced', 'withdrawn', 'announced', 'withdrawn', 'withdrawn']);
});

test('Unwell may mean a longer path', () => {
  const rules = { ...RULES, onUnwell: 'prepend' } as const;
  assert.deepEqual(history(rules, [WELL, 6], [UNWELL, 2], [DRAINED, 1]).ways, [
    'announced',
    'prepended',
    'withdrawn',
  ]);
});

test('The reason is that of the moment', () => {
  const { state } = history(
    RULES,
    [WELL, 6],
    [UNWELL, 2],
    [{ ...UNWELL, unwell: ['1 of 9 zones are live'] }, 1],
  );
  assert.equal(state.reason, '1 of 9 zones are live');
});

const seconds = fc.double({ min: 0, max: 60, noNaN: true });
const rulesOf = fc.record({
  rise: seconds,
  fall: seconds,
  hold: seconds,
  onUnwell: fc.constantFrom('withdraw' as const, 'prepend' as const),
});
const steps = fc.array(
  fc.record({
    evidence: fc.constantFrom(WELL, UNWELL, STARTING, DRAINED),
    ms: fc.integer({ min: 1, max: 40_000 }),
  }),
  { maxLength: 60 },
);

interface Seen {
  readonly before: Announcement;
  readonly after: Announcement;
  readonly evidence: AnnounceEvidence;
  readonly now: number;
}

function walk(rules: AnnounceRules, all: readonly { evidence: AnnounceEvidence; ms: number }[]): Seen[] {
  let now = 0;
  let before = firstAnnouncement(now);
  return all.map(({ evidence, ms }) => {
    now += ms;
    const after = nextAnnouncement(before, evidence, rules, now);
    const seen = { before, after, evidence, now };
    before = after;
    return seen;
  });
}

test('Traffic is never drawn by a server that is unwell or drained, nor sooner than "rise" and "hold" allow', () => {
  fc.assert(
    fc.property(rulesOf, steps, (rules, all) => {
      let leftAt = Number.NEGATIVE_INFINITY;
      let wellSince: number | undefined;
      for (const { before, after, evidence, now } of walk(rules, all)) {
        const isWell = evidence.unwell.length === 0;
        wellSince = isWell ? (wellSince ?? now) : undefined;
        const begins = after.way === 'announced' && before.way !== 'announced';
        if (begins) {
          assert.ok(isWell && evidence.ordered === undefined);
          assert.ok(now - (wellSince ?? now) >= 1000 * rules.rise);
          assert.ok(now - leftAt >= 1000 * rules.hold);
        }
        if (after.way !== before.way && after.way !== 'announced' && evidence.ordered === undefined)
          leftAt = now;
        if (evidence.ordered !== undefined) leftAt = Number.NEGATIVE_INFINITY;
      }
    }),
  );
});

test('What is ordered holds at once, and what is unwell for "fall" is left, whatever went before', () => {
  fc.assert(
    fc.property(rulesOf, steps, (rules, all) => {
      let unwellSince: number | undefined;
      for (const { before, after, evidence, now } of walk(rules, all)) {
        if (evidence.ordered !== undefined) assert.equal(after.way, 'withdrawn');
        const isUnwell = evidence.unwell.length > 0;
        unwellSince = isUnwell ? (unwellSince ?? now) : undefined;
        const isOverdue = unwellSince !== undefined && now - unwellSince >= 1000 * rules.fall;
        if (isOverdue && before.way === 'announced') assert.notEqual(after.way, 'announced');
      }
    }),
  );
});
