/** The parts that tell operators of what happens, and where each hears of it. */
import type { Logger } from '../../base/log.ts';
import { systemClock } from '../../health/timer-clock.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Aliases } from '../aliases/aliases.ts';
import type { AnswerFleet } from '../fleet/answer-fleet.ts';
import type { Reloading } from '../reloading.ts';
import type { KeysInUse } from '../signing/keys-in-use.ts';
import type { TlsInUse } from '../tls-in-use.ts';
import { NoticeBoard } from './notice-board.ts';
import { PoolNotices } from './pool-notices.ts';
import { StandingNotices } from './standing.ts';

export interface NoticeSources {
  readonly reloading: Pick<Reloading, 'last'>;
  readonly registry: () => Pick<Registry, 'status'>;
  readonly fleet: Pick<AnswerFleet, 'stats' | 'members'>;
  readonly tls: Pick<TlsInUse, 'warnings'>;
  readonly signing: () => Pick<KeysInUse, 'warnings'>;
  readonly aliases: () => Pick<Aliases, 'report'>;
  /** Where what waits is kept. */
  readonly file: string;
  readonly log: Logger;
}

export interface NoticeParts {
  readonly notices: NoticeBoard;
  readonly poolNotices: PoolNotices;
  readonly standing: StandingNotices;
}

export function createNotices(sources: NoticeSources): NoticeParts {
  const { reloading, registry, fleet, tls, signing, aliases, file, log } = sources;
  const notices = new NoticeBoard(log, systemClock, file);
  const standing = new StandingNotices({
    notices,
    lastReload: () => reloading.last,
    zones: () => registry().status(),
    stats: () => fleet.stats(),
    processes: () => fleet.members().length,
    certificateWarnings: () => tls.warnings(),
    keyWarnings: () => signing().warnings(),
    aliases: () => aliases().report(),
  });
  return { notices, poolNotices: new PoolNotices(notices), standing };
}
