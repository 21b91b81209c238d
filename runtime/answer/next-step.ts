/** Where to go from a step. */
export type NextStep =
  | 'next'
  /** A CNAME led to another name of the zone: look that up. */
  | 'again'
  /** The answer is settled. */
  | 'finish'
  /** The sandbox has to be asked. */
  | 'wait'
  /** Signed, a transfer or NOTIFY: not for these steps. */
  | 'aside'
  /** No answer. */
  | 'drop';

/** How it ended. `reply`: the message is in the exchange's writer. */
export type QueryOutcome = 'reply' | 'wait' | 'aside' | 'drop';
