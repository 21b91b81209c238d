/**
 * Answer processes whose control died go on answering until another control has answer processes that answer.
 * It tells the old ones through a file (base/process/generation.ts). If this file cannot be written, it looks
 * for them among all processes and ends them by a signal, which the system allows for the same user only.
 */
import path from 'node:path';
import process from 'node:process';
import type { Logger } from '../../base/log.ts';
import { type Generation, takeCharge } from '../../base/process/generation.ts';
import { allProcesses, startOf } from '../../base/process/process-usage.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { endsWithin } from '../../base/within.ts';

/** Milliseconds a file system may take to note which control is in charge. */
const PATIENCE_MS = 2000;

/** Makes the answer processes of dead controls that used the same file leave. */
export async function succeed(generation: Generation, log: Logger): Promise<void> {
  const problem = await problemOfTaking(generation);
  if (problem === undefined) return;
  const told = tellOrphans(generation.file);
  log.warn(
    { file: generation.file, told },
    `It cannot be noted which server is in charge: ${problem}. Answer processes of one that died are ended by a signal ` +
      'instead, on Linux and of the same user. Make the folder writable for dnsteer, or set "state" to a folder that is',
  );
}

async function problemOfTaking({ file, id }: Generation): Promise<string | undefined> {
  try {
    const isTaken = await endsWithin(PATIENCE_MS, takeCharge(file, id));
    return isTaken ? undefined : 'the file system does not answer';
  } catch (error) {
    return systemErrorText(error);
  }
}

/** Signals the answer processes of dead controls to end; returns their pids. */
function tellOrphans(file: string): number[] {
  return allProcesses().filter((pid) => {
    const start = startOf(pid);
    if (start === undefined) return false;
    // fleet/fork-answer.ts starts them with these: node, script, file of the generation, pid of control.
    const [script = '', theirs, control] = start.argv.slice(-4, -1);
    const isOurs = /^answer-process\.[jt]s$/.test(path.basename(script)) && theirs === file;
    return isOurs && Number(control) !== start.parent && isTold(pid);
  });
}

function isTold(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGTERM');
  } catch {
    return false;
  }
}
