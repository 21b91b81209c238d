/**
 * Starts sandboxes for an answer process, which must not do so itself: the system copies the page
 * tables of the process that starts another, and for one that holds geo data this takes ten milliseconds in
 * which nothing is answered. This one holds next to nothing.
 *
 * What it starts has its own end of a pipe to the answer process, and goes on if this process ends.
 */
import type { Socket } from 'node:net';
import process from 'node:process';
import { lowerPriority } from '../base/process/priority.ts';
import type { FromLauncher, ToLauncher } from '../rpc/launcher-protocol.ts';
import { childHere } from '../runner/process/child.ts';
import { spawnCommand } from '../runner/process/program.ts';

/** Milliseconds between two looks whether the answer process is still there. */
const LOOK_MS = 500;

process.on('message', (message: ToLauncher) => void start(message));
process.on('disconnect', () => process.exit(0));
// The terminal sends these to all of its processes; a launcher ends with its host, not before it.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

// Node emits no disconnection to a process that does not listen for it yet, or while a handle is on its way.
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
 * Node begins to read a child's pipe at once, and drops what comes until the pipe has arrived where it is
 * sent: the first words, if the answer process is busy for longer than its child takes to begin.
 */
function leaveUnread(pipe: (Socket & { readonly _handle?: { readStop(): void } }) | undefined): void {
  pipe?._handle?.readStop();
}

function tell(message: FromLauncher, handle?: Socket): void {
  if (process.connected) process.send?.(message, handle, undefined, () => {});
}
