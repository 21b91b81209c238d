/** Tells of overrides: that one has begun, and that it is over, for whatever reason. */

import type { ShownOverride } from '../../admin/overrides/override-ask.ts';
import { overrideText } from '../../admin/overrides/override-text.ts';
import type { OverrideEvent } from '../overrides/overrides.ts';
import type { NoticeBoard } from './notice-board.ts';

export function tellOverride(
  { what, override }: OverrideEvent,
  notices: Pick<NoticeBoard, 'began' | 'over' | 'isKnown'>,
): void {
  const subject = overrideSubject(override);
  // A window that is open when the server starts was told before it did.
  if (what === 'began' && notices.isKnown('override', subject, override.since)) return;
  const text = `${override.target} is ${overrideText(override)}`;
  // What takes the place of an override is news as well.
  notices.over('override', subject, what === 'began' ? `replaced: ${text}` : `${what}: ${text}`);
  if (what === 'began') notices.began('override', subject, text, override.since);
}

/** What notices of an override are of. */
export function overrideSubject({ kind, target, window = '' }: ShownOverride): string {
  return [kind === 'drain' ? 'drain' : 'force', target, window].join(' ').trim();
}
