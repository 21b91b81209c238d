/**
 * The way of a query to its answer. Read this first.
 *
 *     accept ─▶ edns ─▶ zone ─▶ lookup ─▶ decide ─▶ steer ─▶ finish
 *                                 ▲   │      │        │        ▲
 *                                 └───┴──────┼────────┘        │
 *                          a CNAME inside    │                 │
 *                          the zone          └── wait: asks the sandbox; the query begins
 *                                                anew when the decision is there
 *
 * Every step is synchronous and works on one {@link Exchange}. Whatever settles the answer goes to
 * finish; only accept stays silent, or says that the query is for transfer/.
 */
import { accept } from './accept.ts';
import { decide } from './decide.ts';
import { edns } from './edns.ts';
import type { Exchange } from './exchange.ts';
import { findAnswer, findZone } from './find.ts';
import { finish } from './finish.ts';
import type { Parts } from './parts.ts';
import { steer } from './steer.ts';

/** Where to go from a step. */
export type Verdict =
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

export type Step = (exchange: Exchange, parts: Parts) => Verdict;

const STEPS: readonly Step[] = [accept, edns, findZone, findAnswer, decide, steer];
const LOOKUP = STEPS.indexOf(findAnswer);

/** How it ended. `reply`: the message is in the exchange's writer. */
export type Ending = 'reply' | 'wait' | 'aside' | 'drop';

/** Takes a query as far as it can go now. */
export function run(exchange: Exchange, parts: Parts): Ending {
  let at = 0;
  for (;;) {
    const verdict = STEPS[at]?.(exchange, parts) ?? 'finish';
    if (verdict === 'next') at += 1;
    else if (verdict === 'again') at = LOOKUP;
    else if (verdict === 'finish') break;
    else return verdict;
  }
  finish(exchange, parts);
  return 'reply';
}
