/**
 * Settings of the property tests in test/fuzz/: quick and the same every time, unless
 * DNSTEER_FUZZ_SEED and DNSTEER_FUZZ_RUNS say otherwise. fast-check prints the seed of a failure.
 */
import { env } from 'node:process';

export const FUZZ = {
  seed: Number(env.DNSTEER_FUZZ_SEED ?? 20261123),
  numRuns: Number(env.DNSTEER_FUZZ_RUNS ?? 1500),
} as const;
