/** Describes a value that a policy threw or returned, without running the policy's code where possible. */

const LONGEST_MESSAGE = 1000;
const LONGEST_STACK = 4000;
const LONGEST_STRING = 60;

export interface Thrown {
  readonly message: string;
  readonly stack?: string;
}

/** Describes a thrown value. Its getters, if any, run inside the policy's own budget. */
export function describeThrown(thrown: unknown): Thrown {
  if (typeof thrown !== 'object' || thrown === null) return { message: `Threw ${describe(thrown)}` };
  try {
    const { name, message, stack } = thrown as { name?: unknown; message?: unknown; stack?: unknown };
    const text = typeof message === 'string' ? message : 'Threw an object that is no Error';
    const full = typeof name === 'string' && name !== 'Error' && name !== '' ? `${name}: ${text}` : text;
    const described = { message: full.slice(0, LONGEST_MESSAGE) };
    return typeof stack === 'string' ? { ...described, stack: stack.slice(0, LONGEST_STACK) } : described;
  } catch {
    return { message: 'Threw an object that cannot be looked at' };
  }
}

/** Names a value briefly: `undefined`, `the number 5`, `a function`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `the string "${shortened(value)}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `a ${typeof value}`;
}

function shortened(text: string): string {
  return text.length > LONGEST_STRING ? `${text.slice(0, LONGEST_STRING)}…` : text;
}
