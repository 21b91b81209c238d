/** Problems with what an author wrote, each led by where it stands: `pools.us.check.port: Must be a number`. */
import { keyPath } from '../../base/key-path.ts';
import { suggest } from '../../base/suggest.ts';

/** Something the author must mend. */
export class PolicyError extends Error {}

/** Reads on after a problem, so that all are told at once. */
export class Problems {
  readonly #messages: string[] = [];

  add(message: string): void {
    this.#messages.push(message);
  }

  /** The result, or `undefined` and a problem more. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (problem) {
      if (!(problem instanceof PolicyError)) throw problem;
      this.add(problem.message);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.#messages.length > 0) throw new PolicyError(this.#messages.join('\n'));
  }
}

/** Tells of a key that nothing reads, and which one was meant. */
export function unknownKey(path: string, key: string, known: readonly string[]): string {
  const meant = suggest(key, known);
  const remedy = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `${keyPath(path, key)}: Unknown key; ${remedy}`;
}
