/** How the system starts an answer process, and how the process ends. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';

/**
 * Flags for V8's garbage collector that Node 24 knows as well. V8 copies surviving objects while no query is answered, and
 * all objects of a published zone survive: that takes 8 ms with semi-spaces of 16 MB, the default, and 1 ms with 2 MB.
 *
 * The thread that answers copies so little by itself: with helpers it waits until each has had a processor. And one thread
 * marks beside it: four, V8's default, take both processors of a small machine from it, and from the sandbox. Under a flood
 * answers came 30 to 70 ms late for both reasons. All threads help while it stands still for the end of a collection: with a
 * pool of one it stands 25 ms once 12 000 streams of HTTP/2 end, and 10 to 17 ms with all.
 */
const COLLECTOR = [
  '--max-semi-space-size=2',
  '--no-parallel-scavenge',
  '--concurrent-marking-max-worker-num=1',
];

/**
 * With glibc each thread has memory of its own, and keeps what it has freed: V8's threads, which free what the main thread has
 * allocated, then keep a tenth of the process.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };

const ANSWER = fileURLToPath(
  new URL(`../../processes/answer-process${path.extname(import.meta.url)}`, import.meta.url),
);
const EDGE = fileURLToPath(
  new URL(`../../processes/edge-process${path.extname(import.meta.url)}`, import.meta.url),
);

/** `channel`: the descriptor of the process's end of the channel for sockets, if there is one. */
export function forkAnswer(
  { generation, http }: Pick<AnswerSettings, 'generation' | 'http'>,
  channel: number | undefined,
): ChildProcess {
  // Strangers talk to this process: it does not get the secrets of control.
  const { DNSTEER_ADMIN_TOKEN: _, ...env } = process.env;
  // Node's own JSON channel: both ends are ours (rpc/control-protocol.ts). charge/orphans.ts reads the
  // arguments.
  return fork(http === undefined ? ANSWER : EDGE, [generation.file, String(process.pid)], {
    env: { ...ALLOCATOR, ...env },
    execArgv: [...process.execArgv, ...COLLECTOR],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(channel === undefined ? [] : [channel])],
  });
}

/** Resolves when the process has ended, with how it ended, in words. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}
