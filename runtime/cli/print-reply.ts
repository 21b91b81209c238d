/** Asks the running server, and prints what it says. */
import type { Result } from '../base/result.ts';
import { type AdminProblem, type AdminRequest, askAdmin } from './admin-client.ts';
import { adminOrTell } from './config-or-tell.ts';
import { askFrom, type JsonFlag, type SettingFlags } from './flags.ts';
import type { CliHost } from './host.ts';
import { print, printError, printJson } from './terminal.ts';

/** As {@link askAdmin}; `undefined` where the settings do not say whom to ask, which is told. */
export async function askServer<T>(
  host: Pick<CliHost, 'loadConfig'>,
  flags: SettingFlags,
  path: string,
  request?: AdminRequest,
): Promise<Result<T, AdminProblem> | undefined> {
  const admin = await adminOrTell(host, askFrom(flags));
  return admin && (await askAdmin<T>(admin, path, request));
}

/** Prints a reply as JSON or in words, or why there is none. Returns the exit code. */
export function printReply<T>(
  reply: Result<T, AdminProblem> | undefined,
  { json }: JsonFlag,
  inWords: (value: T) => string,
): number {
  if (reply === undefined) return 1;
  if (!reply.ok) {
    printError(reply.problem.message);
    return 1;
  }
  if (json === true) printJson(reply.value);
  else print(inWords(reply.value));
  return 0;
}
