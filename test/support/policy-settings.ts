/** The limits on policies as they are by default, for tests that are not about them. */
import type { PolicySettings } from '../../runtime/policy/trial.ts';
import { CHECK_TIMING } from './check-timing.ts';

export const POLICY_SETTINGS: PolicySettings = {
  ttl: 30,
  budget: 5,
  deadline: 50,
  maxBudget: 100,
  maxDeadline: 1000,
  memory: 32,
  checkTiming: CHECK_TIMING,
};
