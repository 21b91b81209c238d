/**
 * Decides ahead. Whoever asks a policy first has it loaded, which takes a hundred times as long as to run it; and of
 * thousands of policies not all stay loaded. So while it is there it decides for the other countries as well from which
 * queries came lately, as far as country, continent and family of a client are all that it reads. What it comes to is
 * remembered like any decision.
 *
 * One run is on its way for a policy at a time, behind those that somebody waits for; and nothing that is remembered
 * is given up for it.
 */
import type { RunOutcome } from '../policy/sandbox-request.ts';
import { Query } from '../wire/query.ts';
import { type Asked, planOf, remember, runAsked } from './ask.ts';
import { NEEDS, needsOf } from './fact.ts';
import type { Facts } from './facts.ts';
import type { Memo } from './memo.ts';
import type { Parts } from './parts.ts';

const COUNTRY = needsOf('country');
/** What follows from a country, and from the family of an address. */
const FORESEEN = needsOf('country', 'continent', 'eu') | NEEDS.FAMILY;
/** Of the memory for decisions, those made ahead may fill that part. */
const PART = 0.75;

export class Foresight {
  /** Of whom something is to be known that does not ask. */
  readonly #facts: Facts;
  readonly #most: number;
  /** One client of each country and family, the latest last. */
  readonly #clients = new Map<number, Uint8Array>();
  /** Whose policy decides ahead now. */
  readonly #busy = new Set<Memo>();

  /** `most` is for how many countries; `facts` is for nobody else to use. */
  constructor(most: number, facts: Facts) {
    this.#most = most;
    this.#facts = facts;
  }

  /** Notes who asks for a decision that is to be made. */
  note(facts: Facts): void {
    const key = 2 * facts.placeFor(COUNTRY) + (facts.familyFor(COUNTRY) === 4 ? 0 : 1);
    this.#clients.delete(key);
    this.#clients.set(key, facts.addressOctets());
    if (this.#clients.size <= this.#most) return;
    for (const oldest of this.#clients.keys()) {
      this.#clients.delete(oldest);
      return;
    }
  }

  /** A decision has been made, needed that of its client, and is remembered: others like it may follow. */
  follow(asked: Asked, needs: number, parts: Parts): void {
    const { memo } = asked.policy;
    if (needs === NEEDS.NOTHING || (needs & ~FORESEEN) !== 0 || this.#busy.has(memo)) return;
    this.#busy.add(memo);
    this.#next(asked, [...this.#clients.values()].values(), parts);
  }

  #next(asked: Asked, clients: Iterator<Uint8Array>, parts: Parts): void {
    const { memo, breaker } = asked.policy;
    for (let next = clients.next(); next.done !== true; next = clients.next()) {
      this.#facts.begin(NO_SUBNET, { address: next.value });
      if (breaker.state !== 'closed' || !hasRoom(memo)) break;
      const gap = memo.gap(asked.question, this.#facts);
      // It is known, or about to be.
      if (gap === undefined || gap.fork.flights.has(gap.value)) continue;
      parts.counters.memoAhead += 1;
      runAsked(asked, { facts: this.#facts, arrivedAt: performance.now() }, parts, (outcome) => {
        if (hasLearned(outcome, asked, parts)) this.#next(asked, clients, parts);
        else this.#busy.delete(memo);
      });
      return;
    }
    this.#busy.delete(memo);
  }
}

const NO_SUBNET = new Query().clientSubnet;

function hasRoom({ size, octets, space }: Memo): boolean {
  const { limits } = space;
  return (
    size < limits.leaves * PART && octets < limits.policyOctets * PART && space.octets < limits.octets * PART
  );
}

/** Whether it is worth going on. What failed fails for those who ask, if there are any. */
function hasLearned(outcome: RunOutcome, asked: Asked, parts: Parts): boolean {
  if (!outcome.ok) return false;
  const plan = planOf(outcome, asked);
  return plan.ok && remember(plan.value, outcome, asked, parts) === undefined;
}
