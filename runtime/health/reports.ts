/** The state and last probe of targets, for people and metrics. */
import { checkKindOf } from './check-kinds.ts';
import {
  type Combination,
  combinedState,
  type HealthSubject,
  isCombination,
  probedIn,
} from './combination.ts';
import type { ProbeResult } from './probe.ts';
import { type Target, type TargetState, targetPlace } from './target.ts';
import type { TargetValues } from './values.ts';

export interface TargetReport {
  readonly id: string;
  /** What is probed, whatever the timing. */
  readonly probed: string;
  readonly type: string;
  /**
   * Where the probe goes: `192.0.2.10:443`, and the label of its kind, such as the path of http. Of a combination, how many
   * have to be up, `2 of 3`, or what has not to be.
   */
  readonly address: string;
  readonly state: TargetState;
  /** When the target entered this state, in milliseconds since 1970. */
  readonly since: number;
  /** Why the last probe failed; absent if it succeeded. */
  readonly problem?: string;
  /** How long the last probe took; absent before the first probe. */
  readonly latencyMs?: number;
  /** The moving average of that, of probes that succeeded; absent before the first. */
  readonly averageMs?: number;
  /**
   * It changes too often, and counts as down whenever it is up: since when, and until when unless it changes again, in
   * milliseconds since 1970. Absent for one that does not.
   */
  readonly held?: { readonly since: number; readonly until: number };
  /** What it says of its load; absent if it says nothing. */
  readonly load?: number;
  readonly owners: readonly string[];
  /** What counts together; absent for a target that is probed itself. */
  readonly of?: readonly TargetReport[];
}

/** What is known of one that is watched. */
export interface Watching {
  readonly owners: ReadonlySet<string>;
  readonly state: TargetState;
  readonly since: number;
  readonly last?: ProbeResult | undefined;
  readonly values?: TargetValues | undefined;
}

export function reportOf(
  target: Target,
  { owners, state, since, last, values = {} }: Watching,
): TargetReport {
  const kind = checkKindOf(target);
  return {
    id: target.id,
    probed: probedIn(target),
    type: target.type,
    address: targetPlace(target) + kind.label(target),
    state,
    since: Math.floor(since),
    ...(last !== undefined && kind.isPushed !== true && { latencyMs: last.elapsedMs }),
    ...(last?.ok === false && { problem: last.problem }),
    ...(values.latencyMs !== undefined && { averageMs: values.latencyMs }),
    ...(values.load !== undefined && { load: values.load }),
    owners: [...owners].sort(),
  };
}

/** `since` is when the outermost came to its state; `reports` are those of the targets. */
export function combinedReport(
  combination: Combination,
  { owners, since }: Pick<Watching, 'owners' | 'since'>,
  reports: ReadonlyMap<string, TargetReport>,
): TargetReport {
  const { id, type, need } = combination;
  const state = combinedState(combination, (of) => reports.get(of)?.state ?? 'unknown');
  const of = combination.of.flatMap((part) => partReport(part, { owners, since }, reports) ?? []);
  const problem = state === 'down' ? problemIn(type, of) : undefined;
  return {
    id,
    probed: probedIn(combination),
    type,
    address: type === 'not' ? (of[0] ? `${of[0].type} ${of[0].address}` : '') : `${need} of ${of.length}`,
    state,
    since: Math.floor(since),
    ...(problem !== undefined && { problem }),
    owners: [...owners].sort(),
    of,
  };
}

function partReport(
  part: HealthSubject,
  watch: Pick<Watching, 'owners' | 'since'>,
  reports: ReadonlyMap<string, TargetReport>,
): TargetReport | undefined {
  return isCombination(part) ? combinedReport(part, watch, reports) : reports.get(part.id);
}

/** The first part to blame. */
function problemIn(type: Combination['type'], of: readonly TargetReport[]): string | undefined {
  const blamed = of.find(({ state }) => state === (type === 'not' ? 'up' : 'down'));
  return blamed && `${blamed.type} ${blamed.address}: ${blamed.problem ?? blamed.state}`;
}
