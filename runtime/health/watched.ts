/** What a monitor keeps of one target, from the first owner that declares it to the last that does no more. */
import { FlapFilter, type KnownState } from './flap-filter.ts';
import type { HealthVerdict } from './memory.ts';
import { NO_OWNERS } from './owner-sets.ts';
import type { ProbeResult } from './probe.ts';
import type { Scheduled } from './schedule/schedule.ts';
import type { Target } from './target.ts';
import { MovingValues } from './values.ts';

export interface Watched {
  readonly target: Target;
  readonly probed: string;
  owners: ReadonlySet<string>;
  /** Owners that declare it by itself, and not only as a part of what they combine. */
  aloneOf: ReadonlySet<string>;
  readonly filter: FlapFilter;
  since: number;
  last: ProbeResult | undefined;
  readonly values: MovingValues;
  scheduled: Scheduled | undefined;
  unfollow: (() => void) | undefined;
  tellsNear: boolean;
}

/** `known`: what is remembered of it, if that is not too old. Nobody owns it yet. `now` is in milliseconds since 1970. */
export function watchedFrom(
  target: Target,
  probed: string,
  known: HealthVerdict | undefined,
  now: number,
): Watched {
  return {
    target,
    probed,
    owners: NO_OWNERS,
    aloneOf: NO_OWNERS,
    filter: new FlapFilter(target.rise, target.fall, known && stateOf(known)),
    since: known?.since ?? now,
    last: undefined,
    values: new MovingValues(),
    scheduled: undefined,
    unfollow: undefined,
    tellsNear: false,
  };
}

function stateOf({ state, isFromBefore = false }: HealthVerdict): KnownState {
  return { state, isCertain: !isFromBefore };
}
