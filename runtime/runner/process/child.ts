/**
 * A process as its user sees it, whether it was started here or by the launcher (launcher.ts):
 * the other end of its fd 3, and how it ended.
 */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

export interface SandboxChild {
  /** 0 until it is known. */
  readonly pid: number;
  /** The other end of its fd 3; `undefined` if it could not be started. */
  readonly pipe: Promise<Socket | undefined>;
  /** That it has ended; what it wrote last may follow. */
  readonly ended: Promise<ChildEnding>;
  /** All that it wrote to stderr, its last characters at least; resolves once it has ended. */
  readonly complaint: Promise<string>;
  kill(): void;
}

export interface ChildEnding {
  /** In words: `SIGKILL`, `exit code 1`. */
  readonly how: string;
  readonly signal: NodeJS.Signals | undefined;
  /** No process that could say was there to see it. */
  readonly unseen?: true;
}

/** V8 writes a complaint when it dies; so many characters of it are kept. */
const MOST_COMPLAINT = 4_096;

/** A child of this process. */
export function childHere(child: ChildProcess): SandboxChild {
  return {
    pid: child.pid ?? 0,
    pipe: Promise.resolve((child.stdio?.[3] as Socket | null | undefined) ?? undefined),
    ended: endingOf(child),
    complaint: complaintOf(child),
    kill: () => void child.kill('SIGKILL'),
  };
}

function endingOf(child: ChildProcess): Promise<ChildEnding> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(notStarted(message)));
    child.once('exit', (code, signal) =>
      resolve({ how: signal ?? `exit code ${code}`, signal: signal ?? undefined }),
    );
  });
}

export function notStarted(why: string): ChildEnding {
  return { how: `could not be started: ${why}`, signal: undefined };
}

function complaintOf(child: ChildProcess): Promise<string> {
  const { stderr } = child;
  if (!stderr) return Promise.resolve('');
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('latin1')).slice(-MOST_COMPLAINT);
  });
  // Not the child's: that waits for its pipe as well, which may have been given away.
  return new Promise((resolve) => stderr.once('close', () => resolve(complaint)));
}
