/** `dnsteer reload`: has the running server read its settings again, waits, and tells what came of it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ReloadOutcome } from '../../admin/source.ts';
import type { Status } from '../../admin/status.ts';
import { printableData } from '../../base/printable.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import { type AdminProblem, askAdmin } from '../admin-client.ts';
import { adminAlone } from '../config-or-tell.ts';
import {
  ADMIN_OF_SERVER,
  askFrom,
  examples,
  type JsonFlag,
  type SettingFlags,
  withConfig,
} from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import {
  print,
  printDiagnostics,
  printError,
  printJson,
  printNotice,
  printToldProblem,
} from '../terminal.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Have the running server read its settings again, as SIGHUP does, and wait. Exit code 1 if they are not in force then.',
    )
    .option('--json', 'print what came of it as JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer reload', 'dnsteer reload --json'))
    .action(async (flags: SettingFlags & JsonFlag) => done(await reload(host, flags)));
}

/** Milliseconds: answer processes may have to be replaced, one after the other, with all their zones. */
const PATIENCE_MS = 300_000;
const LOOK_MS = 100;

async function reload(host: Pick<CliHost, 'loadConfig'>, flags: SettingFlags & JsonFlag): Promise<number> {
  const ask = askFrom(flags);
  const config = await host.loadConfig(ask);
  // If they are wrong, the server says so: it then has them in its log, its status and its metrics as well.
  const admin = config.ok ? config.value.admin : await adminAlone(host, ask);
  const begun = admin === undefined ? undefined : await begin(admin);
  if (admin === undefined || begun?.ok !== true) {
    if (!config.ok) printDiagnostics(config.problem);
    if (begun?.ok === false) printError(begun.problem.message);
    return 1;
  }
  // The settings that are read may move the admin server.
  const { admin: _, ...others } = flags;
  const elsewhere = await host.loadConfig(askFrom(others));
  const places = [admin, ...(elsewhere.ok ? [elsewhere.value.admin] : [])];
  const ended = await outcomeOf(begun.value.number, places);
  if (!ended.ok) {
    printError(ended.problem);
    return 1;
  }
  return told(ended.value, flags.json === true);
}

async function begin(admin: Config['admin']): Promise<Result<{ readonly number: number }, AdminProblem>> {
  return await askAdmin(admin, '/api/reload', { method: 'POST' });
}

async function outcomeOf(number: number, places: readonly Config['admin'][]): Promise<Result<ReloadOutcome>> {
  let problem = 'The server does not say what came of it; its log does';
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS)) {
    for (const place of places) {
      const status = await askAdmin<Pick<Status, 'lastReload'>>(place, '/api/reload', {});
      const last = status.ok ? status.value.lastReload : undefined;
      if (last !== undefined && last.number >= number) return ok(last);
      if (!status.ok) problem = status.problem.message;
    }
  }
  return fail(problem);
}

/** What takes effect at the next start is a notice. */
const IN_FORCE = [
  ['at once', 'Taken over by the processes that run'],
  ['new processes', 'Taken over by new answer processes'],
] as const;

function told(outcome: ReloadOutcome, isJson: boolean): number {
  const { changes, notices } = printableData(outcome);
  if (isJson) printJson(outcome);
  else {
    for (const [effect, text] of IN_FORCE) {
      const names = changes.filter((change) => change.effect === effect).map(({ setting }) => setting);
      if (names.length > 0) print(`${text}: ${names.join(', ')}`);
    }
    for (const notice of notices) printNotice(notice);
    for (const problem of outcome.problems) printToldProblem(problem);
    print(
      outcome.outcome === 'done'
        ? 'The settings are in force'
        : 'The server goes on with the settings before',
    );
  }
  return outcome.outcome === 'done' ? 0 : 1;
}
