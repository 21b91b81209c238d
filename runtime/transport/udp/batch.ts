/** The datagrams that a process received last with one system call, and how many of them are answered. */
import type { Inbox } from './inbox.ts';

export interface Batch {
  readonly inbox: Inbox;
  /**
   * The listener that received the batch, until all of it is answered; nothing else is received until then.
   */
  owner: object | undefined;
  count: number;
  next: number;
}
