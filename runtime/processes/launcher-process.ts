/**
 * Starts sandboxes for an answer process, which must not do so itself: the system copies the page tables of
 * the process that starts another, and for a process with geo data this takes ten milliseconds in which no
 * query is answered. The launcher holds next to nothing.
 *
 * A sandbox has a pipe of its own to the answer process, and goes on if the launcher ends.
 */
import type { Socket } from 'node:net';
import process from 'node:process';
import { lowerPriority } from '../base/process/priority.ts';
import { childHere } from '../runner/process/child.ts';
import type { FromLauncher, ToLauncher } from '../runner/process/launcher-protocol.ts';
import { spawnCommand } from '../runner/process/program.ts';

/** Milliseconds between two looks whether the answer process is still there. */
const LOOK_MS = 500;

process.on('message', (message: ToLauncher) => void start(message));
process.on('disconnect', () => process.exit(0));
// The terminal sends these to all of its processes; a launcher ends with its answer process, not before it.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

// Node emits no 'disconnect' if the process did not listen for it yet, or while a handle is on its way.
setInterval(() => {
  if (!process.connected) process.exit(0);
}, LOOK_MS);

async function start({ id, command, priority }: ToLauncher): Promise<void> {
  const child = childHere(spawnCommand(command));
  if (child.pid === 0) {
    tell({ t: 'failed', id, message: (await child.ended).how });
    return;
  }
  lowerPriority(child.pid, priority);
  const pipe = await child.pipe;
  leaveUnread(pipe);
  tell({ t: 'started', id, pid: child.pid }, pipe);
  const { how, signal } = await child.ended;
  tell(signal === undefined ? { t: 'ended', id, how } : { t: 'ended', id, how, signal });
  tell({ t: 'complained', id, complaint: await child.complaint });
}

/**
 * Keeps Node from reading the pipe of a sandbox here. It would begin at once, and drop what comes until the
 * pipe has arrived at the answer process: the sandbox's first words, if the answer process is busy for longer
 * than the sandbox takes to begin.
 */
function leaveUnread(pipe: (Socket & { readonly _handle?: { readStop(): void } }) | undefined): void {
  pipe?._handle?.readStop();
}

function tell(message: FromLauncher, handle?: Socket): void {
  if (process.connected) process.send?.(message, handle, undefined, () => {});
}
