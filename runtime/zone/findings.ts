/**
 * The first faults of a zone and a count of the rest: a file of a million lines may be wrong in all of them.
 */
import type { Diagnostic } from '../base/diagnostic.ts';

/** How many errors are shown, and how many warnings. */
const MOST = 100;

export class Findings {
  readonly #shown: Diagnostic[] = [];
  readonly #counts = { error: 0, warning: 0 };

  add(finding: Diagnostic): void {
    this.#counts[finding.severity] += 1;
    if (this.#counts[finding.severity] <= MOST) this.#shown.push(finding);
  }

  get hasErrors(): boolean {
    return this.#counts.error > 0;
  }

  /** The diagnostics in the order they came; the last ones count those left out. */
  all(): Diagnostic[] {
    return [...this.#shown, ...this.#more('error'), ...this.#more('warning')];
  }

  #more(severity: Diagnostic['severity']): Diagnostic[] {
    const count = this.#counts[severity] - MOST;
    if (count <= 0) return [];
    const message = `There are ${count} more ${severity}s`;
    return [{ code: 'ZONE_FILE', severity, message, remedy: `Mend the first ${MOST}` }];
  }
}
