/** What a server gives to the one that takes its place, and how its successor begins with it. */
import type { HealthMonitor } from '../health/monitor.ts';
import type { Inheritance } from './charge/charge.ts';
import type { AnswerFleet } from './fleet/answer-fleet.ts';
import type { HealthNews } from './health-news.ts';
import type { SettingsInForce } from './settings-in-force.ts';

export interface GivenParts {
  readonly settings: SettingsInForce;
  readonly fleet: Pick<AnswerFleet, 'sockets'>;
  readonly monitor: Pick<HealthMonitor, 'states'>;
}

/** All that a successor gets. */
export function inheritanceOf({ settings, fleet, monitor }: GivenParts): Inheritance {
  const { listen, tls, https, admin } = settings.config;
  const down = [...monitor.states()].flatMap(([id, state]) => (state === 'down' ? id : []));
  return { sets: fleet.sockets, addresses: { listen, tls, https }, admin: admin.listen, down };
}

export interface HeirParts {
  readonly settings: SettingsInForce;
  readonly fleet: Pick<AnswerFleet, 'start' | 'inherit'>;
  readonly monitor: Pick<HealthMonitor, 'beginAnew'>;
  readonly healthNews: Pick<HealthNews, 'inherit'>;
}

/** Starts the answer processes with what was inherited: sockets, and targets that were down a moment ago. */
export async function startFleet(
  { settings, fleet, monitor, healthNews }: HeirParts,
  inheritance: Inheritance | undefined,
): Promise<void> {
  // The replaced server lives: if we die before we take over, our answer processes must leave it alone.
  if (inheritance !== undefined) settings.generation.before = undefined;
  await fleet.start();
  if (inheritance === undefined) return;
  fleet.inherit(inheritance.sets);
  monitor.beginAnew(inheritance.down);
  healthNews.inherit(inheritance.down);
}
