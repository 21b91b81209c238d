/**
 * A started process, whether this process started it or the launcher did (launcher.ts):
 * the other end of its fd 3, and how it ended.
 */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

export interface SandboxChild {
  /** 0 until it is known. */
  readonly pid: number;
  /** The other end of the child's fd 3; `undefined` if the child could not be started. */
  readonly pipe: Promise<Socket | undefined>;
  /** Resolves when the child has ended; what it wrote last may arrive later. */
  readonly ended: Promise<ChildEnding>;
  /** The last characters that the child wrote to stderr; resolves once it has ended. */
  readonly complaint: Promise<string>;
  kill(): void;
}

export interface ChildEnding {
  /** How the child ended, in words: `SIGKILL`, `exit code 1`. */
  readonly how: string;
  readonly signal: NodeJS.Signals | undefined;
  /** Set if the launcher was gone by then, so that nobody saw how the child ended. */
  readonly unseen?: true;
}

/** Characters kept of the complaint that V8 writes when it dies. */
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
  // Not the child's 'close': that waits for its pipe as well, which may be in another process's hands.
  return new Promise((resolve) => stderr.once('close', () => resolve(complaint)));
}
