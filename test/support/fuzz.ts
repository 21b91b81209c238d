/**
 * How often property tests try: those in test/fuzz/ quickly and the same every time, unless DNSTEER_FUZZ_SEED and
 * DNSTEER_FUZZ_RUNS say otherwise; dear laws a few times. fast-check prints the seed of a failure.
 */
import { env } from 'node:process';

export const FUZZ = {
  seed: Number(env.DNSTEER_FUZZ_SEED ?? 20261123),
  numRuns: Number(env.DNSTEER_FUZZ_RUNS ?? 1500),
} as const;

/**
 * Runs of a law of which each takes long: `few` beside all other tests, and the same every time; `many` in
 * test/fuzz/laws.long.test.ts, and new ones every time. Tests that draw alike draw other things if their `turn` is another.
 */
export function lawRuns(
  few: number,
  many: number,
  turn = 0,
): { readonly numRuns: number; readonly seed?: number } {
  return env[MANY] === '1' ? { numRuns: many } : { numRuns: few, seed: FUZZ.seed + turn };
}

/** What says in the environment that laws are to have many runs. */
export const MANY = 'DNSTEER_FUZZ_MANY';
