/** Ends a quarantine when an operator asks for it. */
import type { Release } from '../admin/source.ts';
import type { Logger } from '../base/log.ts';
import type { Registry } from '../registry/registry.ts';
import type { AnswerFleet } from './fleet/answer-fleet.ts';

export interface QuarantineParts {
  readonly registry: Pick<Registry, 'status' | 'retry'>;
  readonly fleet: Pick<AnswerFleet, 'release'>;
  readonly log: Logger;
}

/** Ends the quarantine of a zone's policy; `undefined` if there is no such zone. */
export async function endQuarantine(zone: string, parts: QuarantineParts): Promise<Release | undefined> {
  const found = parts.registry.status().find((one) => one.zone === zone && one.state !== 'refused-newcomer');
  if (found === undefined) return undefined;
  const outcome = await outcomeOf(zone, found.state === 'live', parts);
  parts.log.info({ component: 'admin', zone, outcome }, 'Operator asked for release');
  return outcome;
}

async function outcomeOf(
  zone: string,
  isLive: boolean,
  { registry, fleet }: QuarantineParts,
): Promise<Release> {
  if (!(await fleet.release(zone))) return 'not-quarantined';
  if (isLive) return 'released';
  // Where the policy was stopped in its trial, another trial decides.
  await registry.retry(zone);
  return (await fleet.release(zone)) ? 'stopped-again' : 'released';
}
