/**
 * What a host knows of its sandbox process while one request is the oldest, gathered from one look to the
 * next.
 *
 * Two things could make the host unjust. The host itself may have stalled while the reply lies in the pipe:
 * so the time for which the process was seen to compute, or to compute nothing, counts only once the pipe was
 * read after that and brought nothing. And the process may have computed for other requests before: so the count begins at the
 * time that the process itself stated last, with the reply before (rpc/sandbox-protocol.ts).
 *
 * On a system that does not say what a process computes, the time for which its host was well stands for
 * that. There a process that was stopped looks like one that hangs.
 */
import type { Evidence } from './verdict.ts';

/** One look at the process. Milliseconds. */
export interface Sight {
  readonly now: number;
  /** Time computed so far, up to {@link TICK_MS} too short; `undefined` on a system that does not say. */
  readonly figureMs: number | undefined;
  /** How long the process has computed, as it last said itself, if it ever did. */
  readonly toldMs: number | undefined;
  /** Whether the process said then that it works for itself and not for a policy. */
  readonly isOwn: boolean;
  /** Whether the system says that somebody has stopped it. */
  readonly isStopped: () => boolean;
  /** Whether the host has read all that was in the pipe since the look before. */
  readonly isRead: boolean;
}

/** The system's figure of what a process has computed may lag by so much. */
export const TICK_MS = 10;
/** Timers of a host that is well are late by at most so much. */
const LATE_MS = 5;

/** The host looks at a process after so long at the latest, however large the budget. */
const FIRST_LOOK_MS = 50;

/** The first look is early: the system updates what a process has computed every few milliseconds only. */
export function firstLookAt(request: { readonly since: number; readonly allowanceMs: number }): number {
  return request.since + Math.min(request.allowanceMs / 4, FIRST_LOOK_MS);
}

export class SandboxEvidence implements Evidence {
  readonly allowanceMs: number;
  readonly stopMs: number;
  usedMs = 0;
  waitedMs = 0;
  idleMs = 0;
  isStopped = false;
  /** What the process has computed for the request by the last look, if no reply is found to be older. */
  seenMs = 0;
  #at: number;
  /** When the host meant to look again. */
  #due: number;
  /** How long no reply came by the last look, since the process was seen to have computed for a request. */
  #idle = 0;
  #told: number | undefined;
  /** What the process had computed before it began with the request. */
  #from: number | undefined;
  #figure: number | undefined;

  /** Evidence on the oldest request; `due` is the moment of the first look. */
  constructor(
    { since, allowanceMs, stopMs }: Pick<Evidence, 'allowanceMs' | 'stopMs'> & { readonly since: number },
    due: number,
  ) {
    this.#at = since;
    this.#due = due;
    this.allowanceMs = allowanceMs;
    this.stopMs = stopMs;
  }

  /** Adds one look. */
  add({ now, figureMs, toldMs, isOwn, isStopped, isRead }: Sight): void {
    // A pause of the host itself counts as no more than the time to the look that was due.
    const wellMs = Math.min(now - this.#at, Math.max(0, this.#due - this.#at) + LATE_MS);
    this.#at = now;
    this.waitedMs += wellMs;
    const figure = figureMs ?? this.waitedMs;
    this.#from ??= figureMs ?? 0;
    if (figureMs !== undefined && toldMs !== undefined && toldMs !== this.#told) {
      this.#told = toldMs;
      // A process that claims more than it can have computed is not believed.
      this.#from = Math.min(toldMs, figureMs + TICK_MS);
    }
    if (isOwn) this.usedMs = 0;
    else if (isRead && this.#figure !== undefined) this.usedMs = Math.max(0, this.#figure - this.#from);
    const isIdle = isOwn || figure === this.#figure;
    if (!isIdle) this.idleMs = 0;
    else if (isRead) this.idleMs = this.#idle;
    this.#idle = isIdle ? this.#idle + wellMs : 0;
    this.isStopped = this.idleMs > 0 && isStopped();
    this.#figure = figure;
    this.seenMs = isOwn ? 0 : figure - this.#from;
  }

  /** Says when the host means to look again. */
  expect(due: number): void {
    this.#due = due;
  }
}
