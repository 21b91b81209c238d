/**
 * Histograms as plain values, cheap enough to update for every query. admin/metrics/ names and exposes
 * them.
 */

/** Counts per bucket (the last has no upper bound) and the sum of all observations. */
export interface HistogramData {
  readonly counts: readonly number[];
  readonly sum: number;
}

/**
 * Upper bounds of the buckets of all histograms, in seconds: from 50 µs, which every run of a policy takes,
 * to 1 s, far beyond every deadline. The budget (5 ms) and the deadline (50 ms) are bounds themselves, so
 * that "how many were late" is a number and no estimate.
 */
export const BUCKET_BOUNDS: readonly number[] = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
];

/** Counts durations by {@link BUCKET_BOUNDS}. */
export class Histogram {
  /** Counts are Float64, since 32 bits overflow after twelve hours at 100 000 a second. */
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

/** Merges histograms, such as those of the processes of one server. */
export function mergeHistograms(parts: Iterable<HistogramData>): HistogramData {
  const counts = Array.from({ length: BUCKET_BOUNDS.length + 1 }, () => 0);
  let sum = 0;
  for (const part of parts) {
    for (const [bucket, count] of part.counts.entries()) counts[bucket] = (counts[bucket] ?? 0) + count;
    sum += part.sum;
  }
  return { counts, sum };
}
