/** The limits on policies as they are by default, for tests that are not about them. */
import type { AuthoritySettings } from '../../runtime/registry/authority-records.ts';
import type { PolicySettings } from '../../runtime/trial/policy-settings.ts';
import { CHECK_TIMING } from './check-timing.ts';

export const POLICY_SETTINGS: PolicySettings = {
  ttl: 30,
  budget: 5,
  deadline: 50,
  maxBudget: 100,
  maxDeadline: 1000,
  topLevel: 100,
  memory: 32,
  checkTiming: CHECK_TIMING,
  probesPerSecond: 2000,
};

/** Of zones without name servers or a contact of their own. */
export const ZONE_SETTINGS: AuthoritySettings = {
  nameServers: [],
  contact: undefined,
  ttl: 3600,
  negativeTtl: 30,
  refresh: 3600,
  retry: 600,
  expire: 604_800,
  ownAddresses: ['127.0.0.1'],
};
