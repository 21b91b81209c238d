/** Problems of a policy; each message begins with their place: `pools.us.check.port: Must be a number`. */
import { keyPath } from '../../base/key-path.ts';
import { suggest } from '../../base/suggest.ts';

/** A mistake that the author of the policy must mend. */
export class PolicyError extends Error {}

/** Collects problems, so that the author sees all of them at once. */
export class Problems {
  readonly #messages: string[] = [];

  add(message: string): void {
    this.#messages.push(message);
  }

  /** Returns the result of `read`, or notes its problem and returns `undefined`. */
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

/** The message for an unknown key, with the key that was probably meant. */
export function unknownKey(path: string, key: string, known: readonly string[]): string {
  const meant = suggest(key, known);
  const remedy = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `${keyPath(path, key)}: Unknown key; ${remedy}`;
}
