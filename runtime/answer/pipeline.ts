/**
 * The way of a query to its answer. Read this first.
 *
 *     accept ─▶ edns ─▶ recall ─▶ zone ─▶ lookup ─▶ decide ─▶ steer ─▶ additional ─▶ secure ─▶ finish ─▶ keep ─▶ seal
 *                         │       ▲   │      │        │        ▲                                                  ▲
 *                         │       └───┴──────┼────────┘        │                                                  │
 *                         │  a CNAME inside  │                 │                                                  │
 *                         │  the zone        └── wait: asks the sandbox; the query begins                         │
 *                         │                      anew when the decision is there                                  │
 *                         └── a reply made before ────────────────────────────────────────────────────────────────┘
 *
 * Every step is synchronous and works on one {@link Exchange}. Those from *zone* to *secure* make the reply: they see it
 * as a {@link Draft}, and collect its sections as values (sections.ts), which *secure* signs. *finish* writes the sections. Whatever settles the answer goes to finish; only accept stays silent, or says that
 * the query is for transfer/.
 */

import { CLASS } from '../wire/iana/class.ts';
import { accept } from './accept.ts';
import { addAdditional } from './additional.ts';
import { decide } from './decide.ts';
import type { Draft } from './draft.ts';
import { edns } from './edns.ts';
import type { Exchange } from './exchange.ts';
import { findAnswer, findZone } from './find.ts';
import { finish, seal } from './finish.ts';
import { tellIdentity } from './identity.ts';
import type { NextStep, QueryOutcome } from './next-step.ts';
import type { Parts } from './parts.ts';
import { secure } from './securing/secure.ts';
import { steer } from './steer.ts';

/** What the steps are given that make a reply: nothing that knows the client. */
type MakingParts = Omit<Parts, 'cookies' | 'transfers'>;

/** Takes a query as far as it can go now. */
export function run(exchange: Exchange, parts: Parts): QueryOutcome {
  const { packets } = parts;
  let verdict = begin(exchange, parts);
  if (verdict === 'next') {
    if (packets?.recall(exchange)) {
      seal(exchange, parts);
      return 'reply';
    }
    verdict = exchange.query.class === CLASS.CH ? tellIdentity(exchange, parts) : make(exchange, parts);
  }
  if (verdict === 'wait' || verdict === 'drop' || verdict === 'aside') return verdict;
  finish(exchange);
  packets?.keep(exchange);
  seal(exchange, parts);
  return 'reply';
}

// One call after the other, not a list of steps: V8 then makes one function of them.
function begin(exchange: Exchange, parts: Parts): NextStep {
  let verdict = accept(exchange, parts);
  if (verdict === 'next') verdict = edns(exchange, parts);
  return verdict;
}

function make(draft: Draft, parts: MakingParts): NextStep {
  let verdict = findZone(draft, parts);
  if (verdict === 'next') verdict = answer(draft, parts);
  while (verdict === 'again') verdict = answer(draft, parts);
  if (verdict === 'finish') {
    addAdditional(draft);
    secure(draft);
  }
  return verdict;
}

function answer(draft: Draft, parts: MakingParts): NextStep {
  let verdict = findAnswer(draft, parts);
  if (verdict === 'next') verdict = decide(draft, parts);
  return verdict === 'next' ? steer(draft, parts) : verdict;
}
