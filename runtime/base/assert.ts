/** Assertions find bugs: a failed one ends its process, and the supervisor starts another. */

export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${claim}`);
}

/** Closes a switch over a union: a member without a case does not compile. */
export function unreachable(value: never): never {
  throw new Error(`Assertion failed: unexpected case ${JSON.stringify(value)}`);
}
