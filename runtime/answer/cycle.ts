/**
 * Zones with the setting `cyclic` answer the records of a set in another order each time: the one that was second is
 * first the next time that the same is asked. What is signed stays signed, as signatures are over a set in its
 * canonical order (RFC 4034 §6.3); and no client may rely on any order (RFC 2181 §5).
 *
 * Where a policy has set the order, it stays: `take` and `rotate` arrange records, and what was chosen by the network
 * of the client (`sticky`) is to lead it to one place.
 */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { Exchange } from './exchange.ts';
import { NEEDS } from './facts/fact.ts';
import type { SectionSet } from './sections.ts';

/** Turns the sets of the answer section. */
export function cycle(exchange: Exchange): void {
  // An explanation tells the order that the records have.
  if (exchange.steps !== undefined) return;
  const { answer } = exchange.sections;
  for (let index = 0; index < answer.count; index += 1) {
    const set = answer.at(index);
    if (set.rdatas.length > 1 && set.type !== RRTYPE.RRSIG && isFree(exchange, set)) {
      set.turn(exchange.draw.inTurn(set.rdatas.length, exchange.query));
    }
  }
}

function isFree({ dependence, choice }: Exchange, { made }: SectionSet): boolean {
  return made !== 'policy' || (!choice.isArranged && (dependence.bits & BY_NETWORK) === 0);
}

/** By which the order may have been set. */
const BY_NETWORK = NEEDS.SUBNET | NEEDS.ADDRESS;
