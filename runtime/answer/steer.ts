/** From a plan to records: what steering chose, as a part of the answer. RFC 2308, RFC 8020, RFC 8914. */
import { unreachable } from '../base/assert.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { holdsAnything } from '../zone/lookup.ts';
import type { Denied, Draft } from './draft.ts';
import { deny, followCname } from './find.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';
import { standIn } from './zones/served-signing.ts';
import type { ServedZone } from './zones/served-zone.ts';

/** RFC 8914 §4.19: a refusal of this client, by rule. */
const BY_POLICY = { code: EXTENDED_ERROR.PROHIBITED, text: 'Refused by policy' };

/** Evaluates the plan. */
export function steer(draft: Draft, { settings }: Pick<Parts, 'settings'>): NextStep {
  const { zone, plan, query, choice, steps, owner, sections, found, host } = draft;
  if (zone === undefined || plan === undefined) return 'finish';
  const { answer } = sections;
  const wildcard =
    found.wildcard && host !== undefined
      ? standIn(zone.attachment.signing, host.index, host.name)
      : undefined;
  draft.steering.choose(plan, query.type, choice, steps);
  switch (choice.kind) {
    case 'records':
      answer.add(owner, query.type, choice.ttl, choice.rdatas, 'policy', wildcard).encoded = choice.encoded;
      return 'finish';
    case 'cname':
      answer.addOne(owner, RRTYPE.CNAME, choice.ttl, choice.target, 'policy', wildcard);
      return followCname(draft, choice.target);
    case 'nodata':
      return denyForNow(draft, 'policy-type', zone, settings);
    case 'nxdomain':
      return denyForNow(draft, isThereAnyway(draft) ? 'policy-type' : 'policy-name', zone, settings);
    case 'refuse':
      return giveNoAnswer(draft, RCODE.REFUSED);
    case 'servfail':
      return giveNoAnswer(draft, RCODE.SERVFAIL);
    default:
      return unreachable(choice.kind);
  }
}

/** What a policy denies it may grant a moment later. */
function denyForNow(draft: Draft, denial: Denied, zone: ServedZone, settings: Parts['settings']): NextStep {
  const { leastTtl = zone.negativeTtl } = draft.host ?? {};
  return deny(draft, denial, Math.min(zone.negativeTtl, settings.negativeTtl, leastTtl));
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

function giveNoAnswer(draft: Draft, rcode: number): NextStep {
  draft.conclude(rcode, rcode === RCODE.REFUSED ? BY_POLICY : undefined);
  draft.isAuthoritative = false;
  return 'finish';
}
