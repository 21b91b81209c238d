/** Bugs are assertions: they end the process that holds them, and its supervisor starts another. */

export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${claim}`);
}

/** Closes a switch over a union: adding a member without a case stops compiling here. */
export function unreachable(value: never): never {
  throw new Error(`Assertion failed: unexpected case ${JSON.stringify(value)}`);
}
