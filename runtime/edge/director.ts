/**
 * From a query to the URL that its client is sent to: the steps of answers (answer/pipeline.ts) up to the plan, and then
 * the same steering, over the URLs of pools in place of their records. So a client over HTTP gets the pool that it would
 * get over DNS, with the same health, overrides, memo, clocks and fallbacks.
 */
import { accept } from '../answer/accept.ts';
import { decide } from '../answer/decide.ts';
import { edns } from '../answer/edns.ts';
import type { Exchange } from '../answer/exchange.ts';
import { DEPENDS } from '../answer/facts/dependence.ts';
import { type Fact, NEEDS } from '../answer/facts/fact.ts';
import { findAnswer, findZone, followCname } from '../answer/find.ts';
import type { NextStep, QueryOutcome } from '../answer/next-step.ts';
import type { Parts } from '../answer/parts.ts';
import { URL_TYPE } from '../plan/pools/pool-url.ts';
import { RCODE } from '../wire/iana/rcode.ts';

/**
 * `url`: there is one. `none`: no candidate has one now. `refused`: the policy refuses the client. `failed`: nothing can be
 * said now. `not-ours`: no policy decides the name, or it leads to a name that none decides.
 */
export type DirectionKind = 'url' | 'none' | 'refused' | 'failed' | 'not-ours';

/** One object, written over by each query. */
export class Direction {
  kind: DirectionKind = 'not-ours';
  /** Of `url`: without a slash at its end. */
  url = '';
  /** Seconds for which it may be remembered. */
  ttl = 0;
  /** Whether nothing was read of the client. */
  isForAll = true;
  /** Whether the answer is for this one request: its policy failed, or went by the address of its client, a clock or chance. */
  isForOnce = false;
}

export class Director {
  readonly direction = new Direction();
  /** URLs as text, by their octets: those of a version live as long as it does. */
  readonly #texts = new WeakMap<Uint8Array, string>();

  /** Takes a query as far as it can go now, as the pipeline does; {@link direction} is what it comes to. */
  readonly run = (exchange: Exchange, parts: Parts): QueryOutcome => {
    const { direction } = this;
    direction.kind = 'not-ours';
    let verdict = accept(exchange, parts);
    if (verdict === 'next') verdict = edns(exchange, parts);
    if (verdict === 'next') verdict = findZone(exchange, parts);
    if (verdict === 'next') verdict = this.#look(exchange, parts);
    while (verdict === 'again') verdict = this.#look(exchange, parts);
    if (verdict === 'wait' || verdict === 'drop' || verdict === 'aside') return verdict;
    if (direction.kind === 'not-ours' && exchange.rcode === RCODE.SERVFAIL) direction.kind = 'failed';
    direction.isForAll = exchange.facts.isForAll;
    direction.isForOnce = isForOnce(exchange);
    return 'reply';
  };

  #look(exchange: Exchange, parts: Parts): NextStep {
    let verdict = findAnswer(exchange, parts);
    if (verdict === 'next') verdict = decide(exchange, parts);
    return verdict === 'next' ? this.#steer(exchange, parts) : verdict;
  }

  #steer(exchange: Exchange, { settings }: Parts): NextStep {
    const { plan, choice, steering } = exchange;
    if (plan === undefined) return 'finish';
    steering.processes = settings.processes ?? 1;
    steering.choose(plan, URL_TYPE, choice);
    const { direction } = this;
    switch (choice.kind) {
      case 'records':
        direction.kind = 'url';
        direction.url = this.#textOf(choice.rdatas[0]);
        direction.ttl = choice.ttl;
        return 'finish';
      case 'cname':
        return followCname(exchange, choice.target);
      case 'nodata':
        direction.kind = 'none';
        return 'finish';
      case 'nxdomain':
        return 'finish';
      case 'refuse':
        direction.kind = 'refused';
        return 'finish';
      case 'servfail':
        direction.kind = 'failed';
        return 'finish';
      default:
        return choice.kind satisfies never;
    }
  }

  #textOf(octets: Uint8Array | undefined): string {
    if (octets === undefined) return '';
    let text = this.#texts.get(octets);
    if (text === undefined) {
      text = Buffer.from(octets).toString('latin1');
      this.#texts.set(octets, text);
    }
    return text;
  }
}

/** RFC 9111 §5.2.2.5: what another request may be answered otherwise, though nothing told them apart, is not to be stored. */
function isForOnce({ cause, facts, dependence, decisions }: Exchange): boolean {
  if (cause !== undefined || (facts.needs & NEEDS.ADDRESS) !== 0) return true;
  if ((dependence.bits & DEPENDS.TIME) !== 0) return true;
  for (const { isImpure, facts: read } of decisions) if (isImpure || read.some(isTime)) return true;
  return false;
}

/** A decision that is not from memory has noted its clocks in no dependence: its reply is kept nowhere. */
function isTime(fact: Fact | undefined): boolean {
  return fact?.kind === 'time' || fact?.kind === 'unix';
}
