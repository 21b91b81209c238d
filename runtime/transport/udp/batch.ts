/** What a process received last with one system call, and how much of it is answered. */
import type { Inbox } from './inbox.ts';

export interface Batch {
  readonly inbox: Inbox;
  /** The listener that received it, until all of it is answered: until then nothing else is received. */
  owner: object | undefined;
  count: number;
  next: number;
}
