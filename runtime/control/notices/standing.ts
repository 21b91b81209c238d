/**
 * Tells of what is wrong and stays so until somebody mends it: settings that could not be read again, zones whose files
 * are refused, policies in quarantine, certificates, keys, aliases that nobody resolves. Their parts know of it anyway; they are looked at now and then.
 */
import type { ReloadOutcome } from '../../admin/source.ts';
import { formatDiagnostic } from '../../base/diagnostic.ts';
import type { AliasReport } from '../../health/aliases/alias-keeper.ts';
import type { RegisteredZone } from '../../registry/zone-status.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';
import { unresolved } from './alias-notices.ts';
import type { NoticeBoard } from './notice-board.ts';

export interface StandingParts {
  readonly notices: Pick<NoticeBoard, 'hold' | 'isOn'>;
  readonly lastReload: () => ReloadOutcome | undefined;
  readonly zones: () => readonly RegisteredZone[];
  /** Of those processes that reply, and how many there are. */
  readonly stats: () => Promise<readonly AnswerStats[]>;
  readonly processes: () => number;
  readonly certificateWarnings: () => readonly string[];
  readonly keyWarnings: () => readonly string[];
  readonly aliases: () => readonly AliasReport[];
}

const LOOK_MS = 10_000;
const MOST_TEXT = 500;

export class StandingNotices {
  readonly #parts: StandingParts;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(parts: StandingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks at all of it now, if anybody is to be told. */
  async look(): Promise<void> {
    const { notices, certificateWarnings, keyWarnings, aliases, zones, lastReload } = this.#parts;
    if (!notices.isOn || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const known = zones();
      notices.hold('reload', new Map([...reloadOf(lastReload()), ...refusedZones(known)]));
      notices.hold('certificate', byText(certificateWarnings()));
      notices.hold('keys', byText(keyWarnings()));
      notices.hold('alias', unresolved(aliases()));
      const stats = await this.#parts.stats();
      // A process that is being replaced does not tell what it has in quarantine: nothing is over because of that.
      if (stats.length >= this.#parts.processes()) notices.hold('quarantine', quarantined(known, stats));
    } finally {
      this.#isLooking = false;
    }
  }
}

function reloadOf(last: ReloadOutcome | undefined): [string, string][] {
  if (last?.outcome !== 'failed') return [];
  const why = last.problems.join('; ').slice(0, MOST_TEXT);
  return [['settings', `the settings could not be read again, and those before are in force: ${why}`]];
}

function refusedZones(zones: readonly RegisteredZone[]): [string, string][] {
  return zones.flatMap(({ zone, file, state, problems }): [string, string][] => {
    const error = problems.find(({ severity }) => severity === 'error');
    if (error === undefined) return [];
    const { source: _, ...told } = error;
    const subject = zone === '' ? file : zone;
    return [[subject, `${subject} is ${state}: ${formatDiagnostic(told).slice(0, MOST_TEXT)}`]];
  });
}

function quarantined(
  zones: readonly RegisteredZone[],
  stats: readonly AnswerStats[],
): ReadonlyMap<string, string> {
  const inTrial = zones.flatMap(({ zone, state }) => (state === 'quarantined' ? [zone] : []));
  const inAnswers = stats.flatMap((one) =>
    one.zones.flatMap(({ zone, breaker }) => (breaker === 'quarantined' ? [zone] : [])),
  );
  return new Map(
    [...inTrial, ...inAnswers].map((zone) => [
      zone,
      `the policy of ${zone} is in quarantine: its fallback is answered until its file changes, or: dnsteer release ${zone}`,
    ]),
  );
}

function byText(warnings: readonly string[]): ReadonlyMap<string, string> {
  return new Map(warnings.map((text) => [text.slice(0, MOST_TEXT), text.slice(0, MOST_TEXT)]));
}
