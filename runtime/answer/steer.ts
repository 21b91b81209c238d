/** From a plan to records: what steering chose, as a part of the answer. RFC 2308, RFC 8020, RFC 8914. */
import { unreachable } from '../base/assert.ts';
import { leastTtlIn } from '../plan/least-ttl.ts';
import type { Plan } from '../plan/plan.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ExtendedError } from '../wire/opt.ts';
import { holdsAnything } from '../zone/lookup.ts';
import type { Denied, Draft } from './draft.ts';
import { deny, followCname } from './find.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';
import type { SectionSet } from './sections.ts';
import type { Choice } from './steering/choice.ts';
import { standIn } from './zones/served-signing.ts';
import type { ServedZone } from './zones/served-zone.ts';

/** RFC 8914 §4.19: a refusal of this client, by rule. */
const BY_POLICY = { code: EXTENDED_ERROR.PROHIBITED, text: 'Refused by policy' };

/** RFC 8914 §4.23: the resolver that is asked for the target of an alias says nothing. */
const UNRESOLVED = { code: EXTENDED_ERROR.NETWORK_ERROR, text: 'The target of an alias cannot be resolved' };

/** RFC 8914 §4.1. Resolvers ask elsewhere, or go on with what they have (RFC 8767). */
const ALL_DOWN = { code: EXTENDED_ERROR.OTHER, text: 'All targets are down' };

/** Evaluates the plan. */
export function steer(draft: Draft, { settings }: Pick<Parts, 'settings'>): NextStep {
  const { zone, plan, query, choice, steps, owner, sections, found, host } = draft;
  if (zone === undefined || plan === undefined) return 'finish';
  const { answer } = sections;
  const wildcard =
    found.wildcard && host !== undefined
      ? standIn(zone.attachment.signing, host.index, host.name)
      : undefined;
  draft.steering.processes = settings.processes ?? 1;
  draft.steering.choose(plan, query.type, choice, steps);
  switch (choice.kind) {
    case 'records':
      setOf(choice, answer.add(owner, query.type, choice.ttl, choice.rdatas, 'policy', wildcard));
      return 'finish';
    case 'cname':
      answer.addOne(owner, RRTYPE.CNAME, choice.ttl, choice.target, 'policy', wildcard).signedTtl =
        choice.originalTtl;
      return followCname(draft, choice.target);
    case 'nodata':
      return denyByPolicy(draft, 'policy-type', leastTtlOf(choice, plan, query.type), zone, settings);
    case 'nxdomain': {
      const denial = isThereAnyway(draft) ? 'policy-type' : 'policy-name';
      return denyByPolicy(draft, denial, leastTtlIn(plan, undefined), zone, settings);
    }
    case 'refuse':
      return giveNoAnswer(draft, RCODE.REFUSED, BY_POLICY);
    case 'servfail':
      return giveNoAnswer(draft, RCODE.SERVFAIL, whyFailed(choice.pool));
    default:
      return unreachable(choice.kind);
  }
}

function whyFailed(pool: Choice['pool']): ExtendedError | undefined {
  if (pool === undefined) return undefined;
  return pool.alias?.isUnresolved === true ? UNRESOLVED : ALL_DOWN;
}

/** What the target of an alias does not have is denied for no longer than its resolver says. */
function leastTtlOf({ pool }: Choice, plan: Plan, type: number): number {
  return Math.min(leastTtlIn(plan, type), pool?.alias?.secondsLeft(type) ?? Number.POSITIVE_INFINITY);
}

function setOf({ encoded, originalTtl }: Choice, set: SectionSet): void {
  set.encoded = encoded;
  set.signedTtl = originalTtl;
}

/**
 * RFC 2308 §3: for as long as the zone says; and for less where what the plan denies now it may grant a moment later,
 * whose TTL is `leastTtl`, or where author or operator say so.
 */
function denyByPolicy(
  draft: Draft,
  denial: Denied,
  leastTtl: number,
  { negativeTtl }: ServedZone,
  settings: Parts['settings'],
): NextStep {
  const { host, cause } = draft;
  let ttl = Math.min(negativeTtl, leastTtl, settings.negativeTtl ?? negativeTtl);
  if (host !== undefined) ttl = Math.min(ttl, host.leastTtl);
  // A fallback is for a moment, however well it denies.
  if (host !== undefined && cause !== undefined) ttl = Math.min(ttl, host.planContext.ttl);
  return deny(draft, denial, ttl);
}

/**
 * RFC 8020 §2: resolvers take NXDOMAIN to mean all types of a name and all names below it. A policy cannot deny what
 * static records and its other hosts are there for.
 */
function isThereAnyway({ zone, host }: Draft): boolean {
  if (zone === undefined || host === undefined) return false;
  host.existsAnyway ??= holdsAnything(zone, host.name);
  return host.existsAnyway;
}

function giveNoAnswer(draft: Draft, rcode: number, why: ExtendedError | undefined): NextStep {
  draft.conclude(rcode, why);
  draft.isAuthoritative = false;
  return 'finish';
}
