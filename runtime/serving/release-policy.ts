/** Ends the quarantine of a policy in one answer process. */
import type { ServedZone } from '../answer/zones/served-zone.ts';
import type { SandboxLanes } from '../runner/lanes/lanes.ts';

export interface PolicyReleaseParts {
  /** Every zone that is served. */
  readonly publisher: { readonly zones: Iterable<ServedZone> };
  readonly sandbox: Pick<SandboxLanes, 'stats' | 'release'>;
}

/**
 * Gives the policy of a zone another chance, unless it was stopped in its trial; returns whether it was
 * quarantined.
 */
export function releasePolicy(zone: string, { publisher, sandbox }: PolicyReleaseParts): boolean {
  const served = [...publisher.zones].find(({ attachment }) => attachment.id === zone);
  const policy = served?.attachment.policy;
  if (policy === undefined) return false;
  const wasStopped = policy.quarantined !== undefined || policy.stoppedHosts !== undefined;
  const wasQuarantined = wasStopped || sandbox.stats().quarantined.includes(policy.key);
  sandbox.release(policy.key);
  policy.breaker.succeed();
  return wasQuarantined;
}
