/** The place of one answer process; its occupant changes. */
import type { AnswerFacts } from '../../admin/source.ts';
import { Backoff } from '../../base/backoff.ts';
import type { UdpSockets } from '../../rpc/answer-settings.ts';
import type { AnswerChild } from './answer-child.ts';

export interface AnswerSlot {
  readonly index: number;
  readonly backoff: Backoff;
  /** Who listens. */
  child: AnswerChild | undefined;
  /** Who is being started, to take the place. */
  next: AnswerChild | undefined;
  /** Resolves when the next knows the zones there were when it began. */
  told: Promise<void>;
  listening: readonly string[];
  udp: UdpSockets | undefined;
  restarts: number;
  /** Somebody sees to it that there is a successor. */
  isBeingFilled: boolean;
}

export function emptySlot(index: number): AnswerSlot {
  return {
    index,
    backoff: new Backoff(),
    child: undefined,
    next: undefined,
    told: Promise.resolve(),
    listening: [],
    udp: undefined,
    restarts: 0,
    isBeingFilled: false,
  };
}

export function factsOf({ index, child, next, listening, udp, restarts }: AnswerSlot): AnswerFacts {
  return {
    index,
    pid: (child ?? next)?.pid ?? 0,
    state: listening.length > 0 ? 'listening' : restarts > 0 ? 'restarting' : 'starting',
    listening,
    ...(udp && { udp }),
    restarts,
  };
}
