/** The announcer with what it looks at: answer processes at each look, zones and decisions now and then. */
import type { Logger } from '../../base/log.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Charge } from '../charge/charge.ts';
import type { FirstLoad } from '../first-load.ts';
import type { AnswerFleet } from '../fleet/answer-fleet.ts';
import type { NoticeBoard } from '../notices/notice-board.ts';
import type { SettingsInForce } from '../settings-in-force.ts';
import type { Announcement } from './announcement.ts';
import { Announcer } from './announcer.ts';
import { decisionsOf, fallbacksUnwell, processesUnwell, zonesUnwell } from './evidence.ts';

export interface AnnouncerParts {
  readonly settings: SettingsInForce;
  readonly fleet: Pick<AnswerFleet, 'members' | 'stats'>;
  readonly registry: Pick<Registry, 'status'>;
  readonly firstLoad: Pick<FirstLoad, 'isOver'>;
  readonly notices: Pick<NoticeBoard, 'began' | 'over'>;
  readonly charge: Pick<Charge, 'replaced'>;
  readonly log: Logger;
}

/** Milliseconds for which what is dear to look at is remembered. */
const SLOW_LOOK_MS = 2000;
const DECISIONS_MS = 10_000;

export function createAnnouncer(parts: AnnouncerParts): Announcer {
  const { settings, fleet, registry, firstLoad, notices, charge, log } = parts;
  const rules = () => settings.config.announce.when;
  const zones = remembered(SLOW_LOOK_MS, () => zonesUnwell(registry.status(), rules()));
  let before = { decisions: 0, fallbacks: 0 };
  let tooMany: readonly string[] = [];
  const decisions = remembered(DECISIONS_MS, () => {
    if (rules().fallbacks >= 100) return [];
    void fleet.stats().then((stats) => {
      const after = decisionsOf(stats);
      tooMany = fallbacksUnwell(before, after, rules());
      before = after;
    });
    return [];
  });
  const announcer = new Announcer({
    settings: () => settings.config,
    unwell: () => {
      decisions();
      const members = fleet.members();
      const listening = members.filter(({ state }) => state === 'listening').length;
      return [...processesUnwell(listening, members.length, rules()), ...zones(), ...tooMany];
    },
    isStarting: () => !firstLoad.isOver,
    log: log.child({ component: 'announce' }),
    onChange: (announcement, prefixes) => tellOf(announcement, prefixes, notices),
  });
  void charge.replaced.then(() => announcer.release());
  return announcer;
}

function tellOf(
  { way, reason }: Announcement,
  prefixes: readonly string[],
  notices: AnnouncerParts['notices'],
): void {
  const subject = prefixes.join(', ');
  if (way === 'announced') notices.over('announce', subject, `${subject}: announced again`);
  else notices.began('announce', subject, `${subject}: ${way}: ${reason}`);
}

function remembered(ms: number, look: () => readonly string[]): () => readonly string[] {
  let at = Number.NEGATIVE_INFINITY;
  let seen: readonly string[] = [];
  return () => {
    if (performance.now() - at < ms) return seen;
    at = performance.now();
    seen = look();
    return seen;
  };
}
