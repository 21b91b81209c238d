/** Tells of overrides: that one has begun, and that it is over, for whatever reason. */
import { overrideText } from '../../admin/overrides/override-text.ts';
import type { OverrideEvent } from '../overrides/overrides.ts';
import type { NoticeBoard } from './notice-board.ts';

export function tellOverride(
  { what, override }: OverrideEvent,
  notices: Pick<NoticeBoard, 'began' | 'over'>,
): void {
  const { kind, target, window = '' } = override;
  const subject = [kind === 'drain' ? 'drain' : 'force', target, window].join(' ').trim();
  const text = `${target} is ${overrideText(override)}`;
  // What takes the place of an override is news as well.
  notices.over('override', subject, what === 'began' ? `replaced: ${text}` : `${what}: ${text}`);
  if (what === 'began') notices.began('override', subject, text);
}
