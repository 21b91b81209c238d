/** The parts that pass on what the monitor sees: to answer processes, to the log, and to the next start. */
import path from 'node:path';
import type { Logger } from '../../base/log.ts';
import type { HealthMemory } from '../../health/memory.ts';
import type { HealthMonitor } from '../../health/monitor.ts';
import { systemClock } from '../../health/timer-clock.ts';
import { whyNoEcho } from '../../transport/sockets/echo-requests.ts';
import type { AnswerFleet } from '../fleet/answer-fleet.ts';
import { dampingOf } from '../settings.ts';
import type { SettingsInForce } from '../settings-in-force.ts';
import { Damper } from './damper.ts';
import { EchoRights } from './echo-rights.ts';
import { HealthFile } from './health-file.ts';
import { HealthLog } from './health-log.ts';
import { HealthNews } from './health-news.ts';
import { ValueNews } from './value-news.ts';

export interface HealthSources {
  readonly settings: Pick<SettingsInForce, 'config'>;
  readonly fleet: Pick<AnswerFleet, 'setHealth'>;
  readonly monitor: HealthMonitor;
  readonly memory: HealthMemory;
  readonly log: Logger;
}

export interface HealthParts {
  readonly healthNews: HealthNews;
  readonly healthFile: HealthFile;
  readonly damper: Damper;
  readonly echoRights: EchoRights;
}

export function createHealth({ settings, fleet, monitor, memory, log }: HealthSources): HealthParts {
  const healthNews = new HealthNews((states, near) => fleet.setHealth(states, near));
  const valueNews = new ValueNews((values) => fleet.setHealth({}, {}, values));
  const healthLog = new HealthLog(log);
  const healthFile = new HealthFile(path.join(settings.config.state, 'health'), memory, log);
  const damper = new Damper({
    settings: () => dampingOf(settings.config),
    clock: systemClock,
    tell: (change, state) => healthNews.tell(change, state),
    onHeld: (id, isHeld) => healthLog.noteHeld(id, isHeld),
  });
  monitor.onValues((id, values) => valueNews.tell(id, values));
  monitor.onNear((id, against) => healthNews.tellNear(id, against));
  monitor.onChange((change) => {
    healthLog.note(change);
    healthFile.note(change);
    damper.note(change);
  });
  return { healthNews, healthFile, damper, echoRights: new EchoRights(whyNoEcho) };
}
