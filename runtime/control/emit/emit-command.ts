/** Runs a program of the operator that judges a file, or has it read. No policy has a say in what is run. */
import { spawn } from 'node:child_process';
import { programEndText, programLimits } from '../../base/process/outside-program.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';

/** Characters of what it says that are told: the last, as programs end with what matters. */
const MOST_SAID = 600;

/** `timeout`: seconds after which it is killed. Fails with what it said, unless its exit code is 0. */
export function runEmitCommand(
  [program = '', ...args]: readonly string[],
  timeout: number,
  signal: AbortSignal,
): Promise<Result<void>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...programLimits(timeout, signal),
    });
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-MOST_SAID);
      });
    }
    child.on('error', (error) => resolve(fail(`"${program}" cannot be run: ${systemErrorText(error)}`)));
    // What it leaves running may hold its output open: its end is what counts.
    child.on('exit', (code, killedBy) => {
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve(code === 0 ? ok(undefined) : fail(`"${program}" ${programEndText(code, killedBy, said)}`));
      });
    });
  });
}
