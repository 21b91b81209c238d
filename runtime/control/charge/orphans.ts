/**
 * Answer processes whose control died go on answering until another control has answer processes that answer.
 * It tells the old ones through a file (base/process/generation.ts). If this file cannot be written, it looks
 * for them among all processes and ends them by a signal, which the system allows for the same user only.
 */
import path from 'node:path';
import process from 'node:process';
import { Keeping } from '../../base/files/keeping.ts';
import type { Logger } from '../../base/log.ts';
import { type Generation, takeCharge } from '../../base/process/generation.ts';
import { allProcesses, startOf } from '../../base/process/process-usage.ts';
import { endsWithin } from '../../base/within.ts';

/** Milliseconds a file system may take to note which control is in charge. */
const PATIENCE_MS = 2000;

/** Makes the answer processes of dead controls that used the same file leave; returns who notes that, to be stopped. */
export async function succeed(generation: Generation, log: Logger): Promise<Keeping> {
  const { file, id } = generation;
  const taking = takeCharge(file, id);
  const keeping = new Keeping({
    what: 'the note of which server is in charge',
    place: { file },
    loss: 'It cannot be noted which server is in charge, so answer processes of one that died are ended by a signal, on Linux and of the same user',
    log,
    // A file system that does not answer is waited for once.
    again: async () => {
      await taking.catch(() => {});
      await takeCharge(file, id);
    },
  });
  const isTaken = await keeping.attempt(async () => {
    if (!(await endsWithin(PATIENCE_MS, taking))) throw new Error('the file system does not answer');
  });
  if (!isTaken) for (const pid of orphansOf(file)) tell(pid);
  return keeping;
}

/** Whether there are answer processes of a dead control that used this file. */
export function areThereOrphans(file: string): boolean {
  return orphansOf(file).length > 0;
}

function orphansOf(file: string): number[] {
  return allProcesses().filter((pid) => {
    const start = startOf(pid);
    if (start === undefined) return false;
    // fleet/fork-answer.ts starts them with these: node, script, file of the generation, pid of control.
    const [script = '', theirs, control] = start.argv.slice(-4, -1);
    const isOurs = /^answer-process\.[jt]s$/.test(path.basename(script)) && theirs === file;
    return isOurs && Number(control) !== start.parent;
  });
}

function tell(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself, or belongs to another user.
  }
}
