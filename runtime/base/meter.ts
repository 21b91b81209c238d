/**
 * Histograms as plain values, cheap enough to touch for every query. What they are called and how
 * they are exposed is for admin/metrics.ts to say.
 */

/** Counts per bucket (the last has no upper bound) and the sum of all that was observed. */
export interface HistogramData {
  readonly counts: readonly number[];
  readonly sum: number;
}

/**
 * Upper bounds of every histogram's buckets, in seconds: 50 µs, below which a run of a policy
 * cannot fall, to 1 s, far beyond every deadline. The budget (5 ms) and the deadline (50 ms) are
 * bounds themselves, so that "how many were late" is a number and no estimate.
 */
export const BUCKET_BOUNDS: readonly number[] = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
];

/** How durations are spread over {@link BUCKET_BOUNDS}. */
export class Histogram {
  /** Float64, since 32 bits are full after ten hours at 100 000 a second. */
  readonly #counts = new Float64Array(BUCKET_BOUNDS.length + 1);
  #sum = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < BUCKET_BOUNDS.length && seconds > (BUCKET_BOUNDS[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  data(): HistogramData {
    return { counts: [...this.#counts], sum: this.#sum };
  }
}

/** The histogram of all observations of several, as of the processes of one server. */
export function mergeHistograms(parts: Iterable<HistogramData>): HistogramData {
  const counts = Array.from({ length: BUCKET_BOUNDS.length + 1 }, () => 0);
  let sum = 0;
  for (const part of parts) {
    for (const [bucket, count] of part.counts.entries()) counts[bucket] = (counts[bucket] ?? 0) + count;
    sum += part.sum;
  }
  return { counts, sum };
}
