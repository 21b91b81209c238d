/**
 * The Prometheus text format, version 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
import { BUCKET_BOUNDS, type HistogramData } from '../../base/meter.ts';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;
/** A value, and the labels that tell it from others of the same name. */
export type Sample = readonly [labels: Labels, value: number];

/** Collects metrics; each name is given once, with all its samples. */
export class Exposition {
  readonly #lines: string[] = [];

  counter(name: string, help: string, samples: Iterable<Sample>): void {
    this.#family(name, 'counter', help, samples);
  }

  gauge(name: string, help: string, samples: Iterable<Sample>): void {
    this.#family(name, 'gauge', help, samples);
  }

  histogram(name: string, help: string, { counts, sum }: HistogramData): void {
    this.#head(name, 'histogram', help);
    let total = 0;
    for (const [bucket, count] of counts.entries()) {
      // Buckets are cumulative: each counts all that is at or below its bound.
      total += count;
      const bound = BUCKET_BOUNDS[bucket];
      this.#sample(`${name}_bucket`, { le: bound === undefined ? '+Inf' : String(bound) }, total);
    }
    this.#sample(`${name}_sum`, {}, sum);
    this.#sample(`${name}_count`, {}, total);
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #family(name: string, type: string, help: string, samples: Iterable<Sample>): void {
    this.#head(name, type, help);
    for (const [labels, value] of samples) this.#sample(name, labels, value);
  }

  #head(name: string, type: string, help: string): void {
    this.#lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
  }

  #sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    this.#lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`);
  }
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
