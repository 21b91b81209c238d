/** What is served of a zone, whatever there was before, whatever its files come to, and whatever was kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { type Fitness, fitnessOf, judgeVersion, type ServedState } from '../../runtime/registry/judge.ts';
import type { TriedPolicy } from '../../runtime/registry/zone-version.ts';
import type { Accepted, Trial } from '../../runtime/trial/trial-outcome.ts';

/** Before, fitness → what is served, and as what the zone appears; where nothing was kept. */
const RULES: Readonly<Record<string, Readonly<Record<Fitness, string>>>> = {
  nothing: {
    sound: 'new live',
    failing: 'new degraded',
    stopped: 'new quarantined',
    unsound: 'broken broken',
  },
  broken: {
    sound: 'new live',
    failing: 'new degraded',
    stopped: 'new quarantined',
    unsound: 'broken broken',
  },
  live: {
    sound: 'new live',
    failing: 'before degraded',
    stopped: 'before degraded',
    unsound: 'before degraded',
  },
  degraded: {
    sound: 'new live',
    failing: 'new degraded',
    stopped: 'new quarantined',
    unsound: 'before degraded',
  },
  quarantined: {
    sound: 'new live',
    failing: 'new degraded',
    stopped: 'new quarantined',
    unsound: 'before degraded',
  },
};

for (const [before, byFitness] of Object.entries(RULES)) {
  for (const [fitness, expected] of Object.entries(byFitness) as [Fitness, string][]) {
    test(`Where ${before} is served, a version that is ${fitness}: ${expected}`, () => {
      const served = before === 'nothing' ? undefined : (before as ServedState);
      const { serve, state } = judgeVersion(served, fitness, false);
      assert.equal(`${serve} ${state}`, expected);
      // What was kept takes the place of everything but a sound version.
      const withKept = judgeVersion(served, fitness, true);
      assert.equal(`${withKept.serve} ${withKept.state}`, fitness === 'sound' ? 'new live' : 'kept degraded');
    });
  }
}

const problem = (code: Diagnostic['code'], severity: Diagnostic['severity'] = 'error'): Diagnostic => ({
  code,
  severity,
  message: 'a problem',
});
const accepted = {} as Accepted;

function policyWith(trial: Trial): TriedPolicy {
  return { file: 'example.com.ts', script: '', sourceMap: '{}', trial };
}

const CASES: readonly (readonly [what: string, Fitness, Diagnostic[], Trial | undefined])[] = [
  ['no policy and no problem', 'sound', [], undefined],
  ['warnings alone', 'sound', [problem('ZONE_FILE', 'warning')], undefined],
  ['an error in its records', 'unsound', [problem('ZONE_FILE')], undefined],
  [
    'a policy that is refused',
    'unsound',
    [problem('POLICY_LOAD')],
    { kind: 'refused', diagnostics: [problem('POLICY_LOAD')] },
  ],
  ['a policy that passed', 'sound', [], { kind: 'passed', accepted, diagnostics: [] }],
  [
    'samples that fail',
    'failing',
    [problem('POLICY_SAMPLE')],
    { kind: 'failed', accepted, diagnostics: [], stopped: undefined, stoppedHosts: {} },
  ],
  [
    'samples that had to be stopped',
    'stopped',
    [problem('POLICY_SAMPLE')],
    { kind: 'failed', accepted, diagnostics: [], stopped: 'it hung', stoppedHosts: {} },
  ],
  [
    'samples that fail, and an error in its records',
    'unsound',
    [problem('POLICY_SAMPLE'), problem('ZONE_FILE')],
    { kind: 'failed', accepted, diagnostics: [], stopped: undefined, stoppedHosts: {} },
  ],
];

for (const [what, fitness, problems, trial] of CASES) {
  test(`A version with ${what} is ${fitness}`, () => {
    assert.equal(fitnessOf({ problems, policy: trial && policyWith(trial) }), fitness);
  });
}
