/**
 * From arguments to exit code: 0 all is well, 1 problems were found, 2 the command was not
 * understood. Mistakes of the operator are told in a line or a few; only bugs show a stack.
 */
import process from 'node:process';
import { CommanderError } from 'commander';
import { DnsteerError } from '../base/errors.ts';
import type { CliHost } from './host.ts';
import { type Actions, createProgram } from './program.ts';
import { printError, printNotice } from './terminal.ts';

/** Runs one verb; `argv` is without the interpreter and the script. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  let code = 0;
  // Whoever read our output has seen enough (`dnsteer status | head`).
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const program = createProgram(host.version, actionsOf(host), (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof DnsteerError) printError(error.message);
    else printNotice(`This is a bug in dnsteer: ${error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}

function actionsOf(host: CliHost): Actions {
  return {
    start: async (options, ask) => (await import('./verbs/start.ts')).start(host, options, ask),
    check: async (files, options, ask) => (await import('./verbs/check.ts')).check(host, files, options, ask),
    prepare: async (ask) => (await import('./verbs/prepare.ts')).prepare(host, ask),
    explain: async (question, options, ask) =>
      (await import('./verbs/explain.ts')).explain(host, question, options, ask),
    create: async (domain, ask) => (await import('./verbs/new.ts')).createPolicy(host, domain, ask),
    status: async (options, ask) => (await import('./verbs/status.ts')).status(host, options, ask),
    release: async (zone, ask) => (await import('./verbs/release.ts')).release(host, zone, ask),
    delegate: async (zone, options, ask) =>
      (await import('./verbs/delegate.ts')).delegate(host, zone, options, ask),
    config: async (options, ask) => (await import('./verbs/config.ts')).config(host, options, ask),
  };
}
