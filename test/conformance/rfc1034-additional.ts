/** RFC 1034 §4.3.2 step 6: what goes beside an answer, and RFCs that say so of their own types. */
import { describe } from 'node:test';
import { both, MINIMAL, policyRule, rule } from './server.ts';

const MAIL = [
  'additional mail.rich.example. 300 IN A 192.0.2.25',
  'additional mail.rich.example. 300 IN AAAA 2001:db8::25',
];
const NONE = both('adds nothing for this type');

describe('RFC 1034 §4.3.2 step 6: additional data', () => {
  rule(
    'RFC 2782: of one target it is there once',
    { question: 'twice.rich.example. SRV', failsOn: { ...MINIMAL, knot: 'repeats it' } },
    'NOERROR qr aa',
    'answer twice.rich.example. 300 IN SRV 0 5 5060 mail.rich.example.',
    'answer twice.rich.example. 300 IN SRV 0 5 5061 mail.rich.example.',
    ...MAIL,
  );
  rule(
    'RFC 4592 §3.3: a wildcard may have it',
    { question: 'wildmx.rich.example. MX', failsOn: MINIMAL },
    'NOERROR qr aa',
    'answer wildmx.rich.example. 300 IN MX 10 any.hosts.rich.example.',
    'additional any.hosts.rich.example. 300 IN A 192.0.2.26',
  );
  rule(
    'RFC 2181 §5.4.1: glue is no additional data of other answers',
    { question: 'gluemx.rich.example. MX', failsOn: { knot: 'adds it' } },
    'NOERROR qr aa',
    'answer gluemx.rich.example. 300 IN MX 10 ns.sub.rich.example.',
  );
  rule(
    'RFC 2181 §10.3: an alias is none either',
    'aliasmx.rich.example. MX',
    'NOERROR qr aa',
    'answer aliasmx.rich.example. 300 IN MX 10 alias.rich.example.',
  );
  rule(
    'RFC 1183 §1: addresses of a cell database',
    { question: 'cell.rich.example. AFSDB', failsOn: NONE },
    'NOERROR qr aa',
    'answer cell.rich.example. 300 IN AFSDB 1 mail.rich.example.',
    ...MAIL,
  );
  rule(
    'RFC 3403 §4.1: the SRV that a NAPTR leads to',
    { question: 'service.rich.example. NAPTR', failsOn: NONE },
    'NOERROR qr aa',
    'answer service.rich.example. 300 IN NAPTR 10 10 "S" "SIP+D2U" "" _sip._tcp.rich.example.',
    'additional _sip._tcp.rich.example. 300 IN SRV 0 5 5060 mail.rich.example.',
    'additional _sip._tcp.rich.example. 300 IN SRV 10 0 5060 ns1.rich.example.',
  );
  rule(
    'RFC 3403 §4.1: or the addresses',
    { question: 'plain.rich.example. NAPTR', failsOn: NONE },
    'NOERROR qr aa',
    'answer plain.rich.example. 300 IN NAPTR 10 10 "A" "SIP+D2U" "" mail.rich.example.',
    ...MAIL,
  );
  rule(
    'RFC 9460 §2.5.2: in service mode the root stands for the owner',
    { question: 'own.rich.example. HTTPS', failsOn: both('takes it for the root') },
    'NOERROR qr aa',
    'answer own.rich.example. 300 IN HTTPS 1 . alpn="h2"',
    'additional own.rich.example. 300 IN A 192.0.2.80',
  );
  rule(
    'RFC 9460 §2.5.1: in alias mode it says that there is no service',
    'withdrawn.rich.example. HTTPS',
    'NOERROR qr aa',
    'answer withdrawn.rich.example. 300 IN HTTPS 0 .',
  );
  rule(
    'RFC 9460 §4.1: an alias leads to records of its type',
    { question: 'led.rich.example. HTTPS', failsOn: MINIMAL },
    'NOERROR qr aa',
    'answer led.rich.example. 300 IN HTTPS 0 own.rich.example.',
    'additional own.rich.example. 300 IN A 192.0.2.80',
    'additional own.rich.example. 300 IN HTTPS 1 . alpn="h2"',
  );
  policyRule(
    'RFC 1034 §4.3.2 step 6: static records go beside what a policy says, and what it would say is not asked',
    'mails.rich.example. MX',
    'NOERROR qr aa',
    'answer mails.rich.example. 30 IN MX 10 mail.rich.example.',
    'answer mails.rich.example. 30 IN MX 20 fixed.rich.example.',
    ...MAIL,
  );
});

describe('RFC 2181 §10.1: static records at a name that a policy decides', () => {
  policyRule(
    'RFC 1034 §3.6: they answer for their type',
    'mixed.rich.example. MX',
    'NOERROR qr aa',
    'answer mixed.rich.example. 30 IN MX 10 mail.rich.example.',
    ...MAIL,
  );
  policyRule(
    'RFC 1034 §3.6: the policy answers for others',
    'mixed.rich.example. A',
    'NOERROR qr aa',
    'answer mixed.rich.example. 30 IN A 192.0.2.31',
  );
  policyRule(
    'RFC 2181 §10.1: but not with a CNAME, which would stand beside them: that is its fallback',
    { question: 'mixed.rich.example. AAAA', opt: {} },
    'NOERROR qr aa',
    'authority rich.example. 30 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
    'edns udp 1232, error 0 "policy gave no valid answer: fallback served"',
  );
  policyRule(
    'RFC 4592 §3.3.1: at a wildcard too',
    'x.tenant.rich.example. MX',
    'NOERROR qr aa',
    'answer x.tenant.rich.example. 30 IN MX 10 mail.rich.example.',
    ...MAIL,
  );
});
