/** How an answer process is started by the system, and how it ends there. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';

/**
 * How V8 collects garbage there. What survives is copied while nobody is answered, and of what is published all does: in
 * semi-spaces of 16 MB, as they are else, that takes 8 ms; in those of 2 MB, one. And a compaction is to move a megabyte of old
 * objects at a time where V8 moves 4 MB else; it may exceed that.
 */
const COLLECTOR = ['--max-semi-space-size=2', '--compaction-max-evacuated-bytes-mb=1'];

const ENTRY = fileURLToPath(
  new URL(`../../processes/answer-process${path.extname(import.meta.url)}`, import.meta.url),
);

/** `channel` is a descriptor on which it can be sent others, if there is one. */
export function forkAnswer(
  { generation }: Pick<AnswerSettings, 'generation'>,
  channel: number | undefined,
): ChildProcess {
  // Secrets of control are no business of a process that strangers talk to.
  const { DNSTEER_ADMIN_TOKEN: _, ...env } = process.env;
  // Node's own JSON channel: both ends are ours (rpc/control-protocol.ts). The arguments are read by charge/orphans.ts.
  return fork(ENTRY, [generation.file, String(process.pid)], {
    env,
    execArgv: [...process.execArgv, ...COLLECTOR],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(channel === undefined ? [] : [channel])],
  });
}

/** Resolves when the process has ended, with how it did, in words. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}
