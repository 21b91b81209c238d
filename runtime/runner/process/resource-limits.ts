/**
 * Limits that the kernel enforces on a sandbox process, on Linux with a shell: the process writes no core
 * files, lets no file grow, has few descriptors, and is the first that the kernel ends when the machine runs
 * out of memory.
 *
 * The shell sets the limits and becomes the program: same process, same descriptors. A limit that cannot
 * be set is narrower already. Memory has no such limit but is watched (memory-watch.ts): V8 reserves half
 * a gigabyte for the code of each isolate, used or not, which the kernel would count.
 */
import { existsSync } from 'node:fs';
import process from 'node:process';

/** Descriptors that a sandbox may have; Node itself needs some 20. */
const MOST_FILES = 64;
const SHELL = '/bin/sh';
const SCRIPT = `
  { echo 1000 >/proc/self/oom_score_adj; ulimit -c 0; ulimit -f 0; ulimit -n ${MOST_FILES}; } 2>/dev/null
  exec "$0" "$@"`;

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** The command that runs `command` within the limits. */
export function limited(command: Command): Command {
  if (process.platform !== 'linux' || !existsSync(SHELL)) return command;
  return [SHELL, '-c', SCRIPT, ...command];
}
