/** Gives messages to a program of the operator, on its standard input. */
import { spawn } from 'node:child_process';
import { programEndText, programLimits } from '../../base/process/outside-program.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import type { NoticeMessage } from './notice.ts';
import type { NotTaken } from './notice-queue.ts';

export interface NoticeCommand {
  /** Program and arguments. */
  readonly run: readonly string[];
  /** Seconds. */
  readonly timeout: number;
}

/** Characters of what it says that are told. */
const MOST_SAID = 300;

/** Resolves once the program has ended; it has taken the message if its exit code is 0. */
export function runNoticeCommand(
  { run: [program = '', ...args], timeout }: NoticeCommand,
  message: NoticeMessage,
  signal: AbortSignal,
): Promise<Result<void, NotTaken>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      ...programLimits(timeout, signal),
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, MOST_SAID);
    });
    child.on('error', (error) => resolve(fail({ why: `it cannot be run: ${systemErrorText(error)}` })));
    child.on('exit', (code, killedBy) => {
      resolve(code === 0 ? ok(undefined) : fail({ why: `it ${programEndText(code, killedBy, said)}` }));
    });
    // It may end without reading.
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(message)}\n`);
  });
}
