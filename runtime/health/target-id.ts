/** The names of targets: by all that tells them apart, and by what is probed alone. */
import { checkKindOf } from './check-kinds.ts';
import type { Aim, ProbeTiming } from './kinds/kind.ts';
import { type Target, targetPlace } from './target.ts';

/** What is probed, whatever the timing: address and port, and what the kind asks for. */
export function probedOf(aim: Aim): string {
  return `${aim.type}://${targetPlace(aim)}${checkKindOf(aim).identity(aim)}`;
}

/** The id of a target: what is probed, and how often. */
export function targetIdOf(aim: Aim, { intervalMs, timeoutMs, rise, fall }: ProbeTiming): string {
  return `${probedOf(aim)} every=${intervalMs} timeout=${timeoutMs} rise=${rise} fall=${fall}`;
}

/** A target as a kind has read it, with its timing. */
export function targetOf(aim: Aim, timing: ProbeTiming): Target {
  return { ...aim, ...timing, id: targetIdOf(aim, timing) };
}
