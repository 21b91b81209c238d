/**
 * What a host knows of its sandbox while one request is the oldest, gathered from one look to the next.
 *
 * Two things could make it unjust. The host itself may have stalled, and the reply lies in the pipe: so what
 * the process was seen to have computed counts only when its pipe was read after that, and brought nothing. And
 * the process may have computed for others before: so it counts from what the process itself said last, with
 * the reply before (rpc/sandbox-protocol.ts).
 *
 * On a system that does not say what a process computes, the time for which its host was well stands for it. Then
 * a process that was stopped looks like one that hangs.
 */
import type { Evidence } from './verdict.ts';

/** One look at the process. Milliseconds. */
export interface Sight {
  readonly now: number;
  /** How long it has computed by now, and maybe {@link TICK_MS} longer; `undefined` on a system that does not say. */
  readonly figureMs: number | undefined;
  /** The same, as the process itself last said, if it ever did. */
  readonly toldMs: number | undefined;
  /** It said then that it works for itself and not for a policy. */
  readonly isOwn: boolean;
  /** Whether the system says that somebody has stopped it. */
  readonly isStopped: () => boolean;
  /** Since the look before, all that was in its pipe has been read. */
  readonly isRead: boolean;
}

/** So much may be missing of a figure of the system. */
export const TICK_MS = 10;
/** Of a host that is well, timers are no later. */
const LATE_MS = 5;

export class SandboxEvidence implements Evidence {
  readonly allowanceMs: number;
  readonly stopMs: number;
  usedMs = 0;
  waitedMs = 0;
  idleMs = 0;
  isStopped = false;
  /** What it has used by the last look, if no reply is found to be older. */
  seenMs = 0;
  #at: number;
  /** When the host meant to look again. */
  #due: number;
  #told: number | undefined;
  /** What it had computed before it began with the request. */
  #from: number | undefined;
  #figure: number | undefined;

  /** Of the oldest request, first to be looked at by this moment. */
  constructor(
    { since, allowanceMs, stopMs }: Pick<Evidence, 'allowanceMs' | 'stopMs'> & { readonly since: number },
    due: number,
  ) {
    this.#at = since;
    this.#due = due;
    this.allowanceMs = allowanceMs;
    this.stopMs = stopMs;
  }

  /** Takes a look into account. */
  add({ now, figureMs, toldMs, isOwn, isStopped, isRead }: Sight): void {
    // Of a pause of the host itself no more than that counts.
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
    this.idleMs = isOwn || figure === this.#figure ? this.idleMs + wellMs : 0;
    this.isStopped = this.idleMs > 0 && isStopped();
    this.#figure = figure;
    this.seenMs = isOwn ? 0 : figure - this.#from;
  }

  /** Says when the host means to look again. */
  expect(due: number): void {
    this.#due = due;
  }
}
