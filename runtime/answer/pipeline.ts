/**
 * The way of a query to its answer. Read this first.
 *
 *     accept ─▶ edns ─▶ recall ─▶ zone ─▶ lookup ─▶ decide ─▶ steer ─▶ finish
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
import { finish, seal } from './finish.ts';
import type { NextStep, Outcome } from './next-step.ts';
import type { Parts } from './parts.ts';
import { steer } from './steer.ts';

/** Takes a query as far as it can go now. */
export function run(exchange: Exchange, parts: Parts): Outcome {
  let verdict = begin(exchange, parts);
  if (verdict === 'next') {
    if (parts.packets?.recall(exchange)) {
      seal(exchange, parts);
      return 'reply';
    }
    verdict = findZone(exchange, parts);
  }
  if (verdict === 'next') verdict = answer(exchange, parts);
  while (verdict === 'again') verdict = answer(exchange, parts);
  if (verdict === 'wait' || verdict === 'drop' || verdict === 'aside') return verdict;
  finish(exchange, parts);
  return 'reply';
}

// One call after the other, not a list of steps: V8 then makes one function of them.
function begin(exchange: Exchange, parts: Parts): NextStep {
  let verdict = accept(exchange, parts);
  if (verdict === 'next') verdict = edns(exchange, parts);
  return verdict;
}

function answer(exchange: Exchange, parts: Parts): NextStep {
  let verdict = findAnswer(exchange, parts);
  if (verdict === 'next') verdict = decide(exchange, parts);
  return verdict === 'next' ? steer(exchange, parts) : verdict;
}
