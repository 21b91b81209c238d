/** Ends what began before a restart and is there no more, as nobody else will: targets, pools, and what was overridden. */
import type { TargetReport } from '../../health/reports.ts';
import type { Overrides } from '../overrides/overrides.ts';
import type { NoticeBoard } from './notice-board.ts';
import { overrideSubject } from './override-notices.ts';
import type { PoolNotices } from './pool-notices.ts';

export interface LeftBehindParts {
  readonly notices: Pick<NoticeBoard, 'openOf' | 'over'>;
  readonly poolNotices: Pick<PoolNotices, 'subjects'>;
  readonly monitor: { readonly snapshot: () => readonly Pick<TargetReport, 'id'>[] };
  readonly overrides: Pick<Overrides, 'shown'>;
}

/** Called once all zones are loaded. */
export function endLeftBehind({ notices, poolNotices, monitor, overrides }: LeftBehindParts): void {
  const there = {
    target: new Set(monitor.snapshot().map(({ id }) => id)),
    pool: poolNotices.subjects,
    override: new Set(overrides.shown().map(overrideSubject)),
  } as const;
  for (const kind of ['target', 'pool', 'override'] as const)
    for (const [subject, text] of notices.openOf(kind))
      if (!there[kind].has(subject)) notices.over(kind, subject, `there no more: ${text}`);
}
