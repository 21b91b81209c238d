/** RFC 4592: which names a wildcard stands in for, over the examples of its §2.2.1. */
import { describe } from 'node:test';
import { MINIMAL, policyRule, rule } from './server.ts';

const SOA = 'IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';
const MAIL = [
  'additional mail.rich.example. 300 IN A 192.0.2.25',
  'additional mail.rich.example. 300 IN AAAA 2001:db8::25',
];

describe('RFC 4592: wildcards', () => {
  rule(
    'RFC 4592 §2.2.1: QNAME=host3. QTYPE=MX is synthesized, owned by the name asked for',
    { question: 'host3.wild.rich.example. MX', failsOn: MINIMAL },
    'NOERROR qr aa',
    'answer host3.wild.rich.example. 300 IN MX 10 mail.rich.example.',
    ...MAIL,
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=host3. QTYPE=A is NODATA: the wildcard has no A',
    'host3.wild.rich.example. A',
    'NOERROR qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=foo.bar. QTYPE=TXT is synthesized: labels may be several',
    'foo.bar.wild.rich.example. TXT',
    'NOERROR qr aa',
    'answer foo.bar.wild.rich.example. 300 IN TXT "this is a wildcard"',
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=host1. QTYPE=MX is not synthesized: host1 exists',
    'host1.wild.rich.example. MX',
    'NOERROR qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=sub.*. QTYPE=MX is not synthesized: sub.* exists',
    'sub.*.wild.rich.example. MX',
    'NOERROR qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=_telnet._tcp.host1. is not synthesized: _tcp.host1 is the closest encloser',
    '_telnet._tcp.host1.wild.rich.example. SRV',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=host.subdel. is referred: a delegation comes first',
    'host.subdel.wild.rich.example. A',
    'NOERROR qr',
    'authority subdel.wild.rich.example. 300 IN NS ns.elsewhere.example.',
  );
  rule(
    'RFC 4592 §2.2.1: QNAME=ghost.*. is not synthesized: *. exists',
    'ghost.*.wild.rich.example. MX',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §2.2.2: an empty non-terminal exists, so it is not synthesized',
    'host2.wild.rich.example. TXT',
    'NOERROR qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §2.1.1: the asterisk label asked for is itself',
    '*.wild.rich.example. TXT',
    'NOERROR qr aa',
    'answer *.wild.rich.example. 300 IN TXT "this is a wildcard"',
  );
  rule(
    'RFC 4592 §2.1.3: an asterisk inside a name is a label as any',
    'sub.*.wild.rich.example. TXT',
    'NOERROR qr aa',
    'answer sub.*.wild.rich.example. 300 IN TXT "this is not a wildcard"',
  );
  rule(
    'RFC 4592 §2.2: a wildcard is not for the name above it',
    'wild.rich.example. TXT',
    'NOERROR qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
  rule(
    'RFC 4592 §4.4: the CNAME of a wildcard is followed',
    'any.aliased.rich.example. AAAA',
    'NOERROR qr aa',
    'answer any.aliased.rich.example. 300 IN CNAME www.rich.example.',
    'answer www.rich.example. 300 IN AAAA 2001:db8::1',
  );
  policyRule(
    "RFC 4592 §3.3.1: a policy's wildcard is told the name asked for",
    'a.b.tenant.rich.example. TXT',
    'NOERROR qr aa',
    'answer a.b.tenant.rich.example. 30 IN TXT "a.b.tenant.rich.example"',
  );
  policyRule(
    "RFC 4592 §2.2: a policy's host keeps it from its wildcard",
    'fixed.tenant.rich.example. TXT',
    'NOERROR qr aa',
    'answer fixed.tenant.rich.example. 30 IN TXT "not the wildcard"',
  );
  policyRule(
    'RFC 4592 §3.3.1: so it does for all names below',
    'x.fixed.tenant.rich.example. TXT',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${SOA}`,
  );
});
