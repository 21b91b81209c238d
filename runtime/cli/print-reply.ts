/** Prints what the running server says. */
import type { Result } from '../base/result.ts';
import type { AdminProblem } from './admin-client.ts';
import type { JsonFlag } from './flags.ts';
import { print, printError, printJson } from './terminal.ts';

/** Prints a reply as JSON or in words, or why there is none. Returns the exit code. */
export function printReply<T>(
  reply: Result<T, AdminProblem>,
  { json }: JsonFlag,
  inWords: (value: T) => string,
): number {
  if (!reply.ok) {
    printError(reply.problem.message);
    return 1;
  }
  if (json === true) printJson(reply.value);
  else print(inWords(reply.value));
  return 0;
}
