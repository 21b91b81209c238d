/**
 * From arguments to exit code: 0 all is well, 1 problems were found, 2 the command was not
 * understood. A mistake of the operator prints a few lines; only a bug prints a stack.
 */
import process from 'node:process';
import { CommanderError } from 'commander';
import { DnsteerError } from '../base/errors.ts';
import type { CliHost } from './host.ts';
import { createProgram } from './program.ts';
import { printError, printNotice } from './terminal.ts';

/** Runs one verb; `argv` has no interpreter and no script. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  let code = 0;
  // The program that reads the output may have ended (`dnsteer status | head`).
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    const program = await createProgram(argv, host, (result) => {
      code = result;
    });
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof DnsteerError) printError(error.message);
    else printNotice(`This is a bug in dnsteer: ${error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}
