/**
 * Where NSD, Knot or BIND answer otherwise than we do, and why we do as we do. All other answers are the same;
 * `four-servers.test.ts` fails over a difference that nothing here explains, and over an explanation that
 * nothing needs.
 */
import type { Reference } from './references.ts';
import type { Part, Summary } from './summary.ts';

/** Replies to one question, ours and another server's. */
export interface Compared {
  /** As it was asked, with its final dot. */
  readonly owner: string;
  readonly type: string;
  readonly ours: Summary;
  readonly theirs: Summary;
}

export interface Explanation {
  readonly of: readonly Reference[];
  /** What of the replies may differ. */
  readonly in: readonly Part[];
  readonly where: (compared: Compared) => boolean;
  /** What they do and what we do, and by which RFC. */
  readonly why: string;
}

const SECTIONS = ['answer', 'authority', 'additional'] as const;

export const EXPLANATIONS: readonly Explanation[] = [
  {
    of: ['nsd', 'knot'],
    in: ['rcode', 'flags', ...SECTIONS],
    where: ({ type }) => ['OPT', 'TKEY', 'TSIG'].includes(type),
    why: 'They look for OPT, TKEY and TSIG as for any type; no record can have these (RFC 6895 §3.1): FORMERR, as BIND',
  },
  {
    of: ['nsd', 'knot', 'bind'],
    in: ['rcode'],
    where: ({ type, ours, theirs }) =>
      ['AXFR', 'IXFR'].includes(type) &&
      ours.rcode === 'REFUSED' &&
      ['FORMERR', 'NOTIMP', 'NOTAUTH'].includes(theirs.rcode),
    why: 'A transfer that is not to be had is FORMERR, NOTIMP or NOTAUTH to them; it is refused here (RFC 5936 §2.2.1)',
  },
  {
    of: ['nsd', 'knot', 'bind'],
    in: ['answer', 'additional'],
    where: ({ type, ours, theirs }) => type === 'ANY' && ours.answer !== '' && theirs.answer !== '',
    why: 'Each picks the RRset that stands for ANY, with what is additional to it, and BIND gives all (RFC 8482 §4.1)',
  },
  {
    of: ['nsd'],
    in: ['additional'],
    where: ({ ours, theirs }) => ours.answer !== '' && theirs.additional === '',
    why: 'NSD set to minimal responses leaves out addresses of what the answer names; RFC 1034 §4.3.2 step 6 adds them',
  },
  {
    of: ['bind'],
    in: ['additional'],
    where: ({ ours, theirs }) => isReferral(ours) && isPartOf(theirs.additional, ours.additional),
    why: 'BIND tells no addresses of servers above the cut; they save the client a question (RFC 1034 §4.2.1), and RFC 9471 lets us',
  },
  {
    of: ['knot', 'bind'],
    in: ['rcode', ...SECTIONS],
    where: ({ type, ours }) => ['RRSIG', 'NSEC', 'SIG', 'KEY'].includes(type) && startsAtAlias(ours),
    why: 'They follow no alias for types that may stand beside it (RFC 4034 §3, §4); RFC 1034 §4.3.2 step 3a excepts CNAME alone',
  },
  {
    of: ['nsd'],
    in: ['rcode', ...SECTIONS],
    where: ({ type, ours }) => type === 'NSEC3' && startsAtAlias(ours),
    why: 'NSD follows no alias for NSEC3; RFC 1034 §4.3.2 step 3a excepts CNAME alone',
  },
  {
    of: ['bind'],
    in: ['rcode'],
    where: ({ owner, ours, theirs }) =>
      /^(ring|round)\./.test(owner) && ours.rcode === 'NOERROR' && theirs.rcode === 'SERVFAIL',
    why: 'BIND says SERVFAIL of aliases that come round (RFC 1034 §3.6.2: an error), which resolvers retry in vain; we do as NSD and Knot',
  },
];

function isReferral({ flags, answer, authority }: Summary): boolean {
  return !flags.includes('aa') && answer === '' && authority.includes(' NS ');
}

function startsAtAlias({ answer }: Summary): boolean {
  return answer.includes(' CNAME ');
}

function isPartOf(some: string, all: string): boolean {
  const lines = all.split('\n');
  return some === '' || some.split('\n').every((line) => lines.includes(line));
}
