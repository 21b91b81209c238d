/** Work that can be interrupted: the caller may do other work between two steps. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all steps without a break. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
