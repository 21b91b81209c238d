/**
 * Where NSD, Knot or BIND answer otherwise than we do, and why we do as we do. All other answers are the same;
 * `four-servers.long.test.ts` fails over a difference that nothing here explains, and over an explanation that
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
    where: ({ type }) => ['OPT', 'TKEY', 'TSIG', 'NXNAME'].includes(type),
    why: 'They look for OPT, TKEY, TSIG and NXNAME as for any type; no record can have these (RFC 6895 §3.1): FORMERR, as BIND',
  },
  {
    of: ['nsd', 'knot'],
    in: ['rcode', 'flags', ...SECTIONS],
    where: ({ type }) => ['MAILA', 'MAILB'].includes(type),
    why: 'They look for MAILA and MAILB as for any type; these ask for several (RFC 1035 §3.2.3), which nobody implements: NOTIMP, as BIND',
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
      /^(ring|round|x\.ringed|x\.rounded)\./.test(owner) &&
      ours.rcode === 'NOERROR' &&
      theirs.rcode === 'SERVFAIL',
    why: 'BIND says SERVFAIL of aliases that come round (RFC 1034 §3.6.2: an error), which resolvers retry in vain; we do as NSD and Knot',
  },
  {
    of: ['knot'],
    in: ['answer'],
    where: ({ owner }) => /^x\.(ringed|rounded)\./.test(owner),
    why: 'Knot follows DNAMEs that come round some times more; RFC 2181 §5 has each record once',
  },
  {
    of: ['knot'],
    in: ['rcode', 'authority'],
    where: ({ ours, theirs }) => ours.rcode === 'YXDOMAIN' && theirs.rcode === 'NXDOMAIN',
    why: 'Knot says NXDOMAIN where a DNAME makes a name too long; RFC 6672 §2.2 has YXDOMAIN, as do NSD and BIND',
  },
  {
    of: ['nsd', 'knot'],
    in: ['rcode', 'authority'],
    where: ({ type, ours }) => type === 'ANY' && ours.answer.includes(' DNAME '),
    why: 'They go on at the target of a DNAME for ANY; what is at the name is enough (RFC 8482 §4.1), as for BIND',
  },
  {
    of: ['knot'],
    in: ['additional'],
    where: ({ type, theirs }) => ['AFSDB', 'NAPTR'].includes(type) && theirs.additional === '',
    why: 'Knot adds nothing to AFSDB and NAPTR; we do, as BIND (RFC 1183 §1, RFC 3403 §4.1)',
  },
  {
    of: ['bind'],
    in: ['additional'],
    where: ({ type, ours, theirs }) => type === 'NAPTR' && isPartOf(ours.additional, theirs.additional),
    why: 'BIND goes on from the SRV of a NAPTR to its addresses; we leave that to the client, as RFC 3403 §4.1 asks for neither',
  },
  {
    of: ['knot'],
    in: ['additional'],
    where: ({ type, theirs }) => ['HTTPS', 'SVCB'].includes(type) && theirs.additional === '',
    why: 'Knot adds nothing where a service is at its owner itself; we do, as BIND (RFC 9460 §2.5.2, §4.1)',
  },
  {
    of: ['knot'],
    in: ['additional'],
    where: ({ type, ours, theirs }) => type === 'SRV' && isPartOf(theirs.additional, ours.additional),
    why: 'Knot repeats addresses where several records have one target; RFC 2181 §5 has each once',
  },
  {
    of: ['knot'],
    in: ['additional'],
    where: ({ owner, type }) => owner.startsWith('gluemx.') && type === 'MX',
    why: 'Knot adds glue to answers that are no referrals, for which it cannot vouch (RFC 2181 §5.4.1); we do as NSD and BIND',
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
