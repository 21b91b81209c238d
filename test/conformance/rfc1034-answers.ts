/** RFC 1034: what the sections of an answer hold, for every way the search of §4.3.2 can end. */
import { describe } from 'node:test';
import { MINIMAL, policyRule, rule } from './server.ts';

const NEGATIVE =
  'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';
const REFERRAL = [
  'authority sub.rich.example. 300 IN NS ns.sub.rich.example.',
  'authority sub.rich.example. 300 IN NS ns.elsewhere.example.',
  'additional ns.sub.rich.example. 300 IN A 192.0.2.54',
  'additional ns.sub.rich.example. 300 IN AAAA 2001:db8::54',
];

describe('RFC 1034 §4.3.2: the records of a name', () => {
  rule(
    'RFC 1034 §4.3.2 step 3a: all records of the type are the answer',
    'www.rich.example. A',
    'NOERROR qr aa',
    'answer www.rich.example. 300 IN A 192.0.2.1',
    'answer www.rich.example. 300 IN A 192.0.2.2',
  );
  rule(
    'RFC 1034 §4.3.2 step 6: addresses of what the answer names are additional',
    { question: 'rich.example. MX', failsOn: MINIMAL },
    'NOERROR qr aa',
    'answer rich.example. 300 IN MX 10 mail.rich.example.',
    'additional mail.rich.example. 300 IN A 192.0.2.25',
    'additional mail.rich.example. 300 IN AAAA 2001:db8::25',
  );
  rule(
    'RFC 1034 §4.3.2 step 6: of servers outside the zone nothing is said',
    'rich.example. NS',
    'NOERROR qr aa',
    'answer rich.example. 3600 IN NS ns1.rich.example.',
    'answer rich.example. 3600 IN NS ns.elsewhere.example.',
    'additional ns1.rich.example. 300 IN A 192.0.2.53',
    'additional ns1.rich.example. 300 IN AAAA 2001:db8::53',
  );
  rule(
    'RFC 1034 §3.1: names compare regardless of case',
    'WwW.RICH.example. AAAA',
    'NOERROR qr aa',
    'answer WwW.RICH.example. 300 IN AAAA 2001:db8::1',
  );
  rule(
    'RFC 1035 §5.1: a dot inside a label parts nothing',
    String.raw`escaped\.dot.rich.example. A`,
    'NOERROR qr aa',
    String.raw`answer escaped\.dot.rich.example. 300 IN A 192.0.2.12`,
  );
  rule(
    'RFC 1034 §4.3.2 step 2: the zone closest to the name answers',
    'www.child.rich.example. A',
    'NOERROR qr aa',
    'answer www.child.rich.example. 300 IN A 192.0.2.77',
  );
  rule('RFC 1034 §4.3.2: a name in no zone of ours is refused', 'www.elsewhere.example. A', 'REFUSED qr');
  rule('RFC 1034 §4.3.2: so is the name above a zone of ours', 'example. NS', 'REFUSED qr');
  rule('RFC 1034 §4.3.2: so is the root', '. NS', 'REFUSED qr');
});

describe('RFC 1034 §3.6.2: aliases', () => {
  rule(
    'RFC 1034 §4.3.2 step 3a: the search goes on at the target',
    'chain.rich.example. A',
    'NOERROR qr aa',
    'answer chain.rich.example. 300 IN CNAME alias.rich.example.',
    'answer alias.rich.example. 300 IN CNAME www.rich.example.',
    'answer www.rich.example. 300 IN A 192.0.2.1',
    'answer www.rich.example. 300 IN A 192.0.2.2',
  );
  rule(
    'RFC 1034 §3.6.2: a question for CNAME is answered by the alias itself',
    'chain.rich.example. CNAME',
    'NOERROR qr aa',
    'answer chain.rich.example. 300 IN CNAME alias.rich.example.',
  );
  rule(
    "RFC 1034 §3.6.2: a target outside our zones is the client's to follow",
    'away.rich.example. A',
    'NOERROR qr aa',
    'answer away.rich.example. 300 IN CNAME www.elsewhere.example.',
  );
  rule(
    'RFC 1034 §3.6.2: a chain that comes round ends',
    'ring.rich.example. A',
    'NOERROR qr aa',
    'answer ring.rich.example. 300 IN CNAME round.rich.example.',
    'answer round.rich.example. 300 IN CNAME ring.rich.example.',
  );
  rule(
    'RFC 2308 §2.1: a chain that leads to no name is NXDOMAIN',
    'dangling.rich.example. A',
    'NXDOMAIN qr aa',
    'answer dangling.rich.example. 300 IN CNAME missing.rich.example.',
    NEGATIVE,
  );
  rule(
    'RFC 2308 §2.2: a chain that leads to no such type is NODATA',
    'alias.rich.example. MX',
    'NOERROR qr aa',
    'answer alias.rich.example. 300 IN CNAME www.rich.example.',
    NEGATIVE,
  );
  rule(
    'RFC 1034 §4.3.2: a chain may lead to a wildcard',
    'towild.rich.example. TXT',
    'NOERROR qr aa',
    'answer towild.rich.example. 300 IN CNAME any.wild.rich.example.',
    'answer any.wild.rich.example. 300 IN TXT "this is a wildcard"',
  );
  rule(
    'RFC 1035 §4.1.1: a chain that leaves by a referral keeps AA for its first owner',
    'toward.rich.example. A',
    'NOERROR qr aa',
    'answer toward.rich.example. 300 IN CNAME host.sub.rich.example.',
    ...REFERRAL,
  );
  policyRule(
    'RFC 1034 §3.6.2: an alias made by a policy is followed',
    'inside.rich.example. A',
    'NOERROR qr aa',
    'answer inside.rich.example. 30 IN CNAME www.rich.example.',
    'answer www.rich.example. 300 IN A 192.0.2.1',
    'answer www.rich.example. 300 IN A 192.0.2.2',
  );
  policyRule(
    'RFC 1034 §3.6.2: also to another name that the policy decides',
    'onward.rich.example. AAAA',
    'NOERROR qr aa',
    'answer onward.rich.example. 30 IN CNAME fixed.rich.example.',
    'answer fixed.rich.example. 600 IN AAAA 2001:db8:30::30',
  );
});

describe('RFC 1034 §4.2.1: delegations', () => {
  rule(
    'RFC 1034 §4.3.2 step 3b: names below one are referred, without AA, with glue',
    'a.b.sub.rich.example. A',
    'NOERROR qr',
    ...REFERRAL,
  );
  rule('RFC 1034 §4.3.2 step 3b: so is its own name', 'sub.rich.example. A', 'NOERROR qr', ...REFERRAL);
  rule(
    'RFC 2181 §6.1: its NS records are no answer of ours',
    'sub.rich.example. NS',
    'NOERROR qr',
    ...REFERRAL,
  );
  rule('RFC 2181 §5.4.1: nor is its glue', 'ns.sub.rich.example. A', 'NOERROR qr', ...REFERRAL);
  rule(
    'RFC 1034 §4.2.1: servers outside need no glue',
    'www.far.rich.example. A',
    'NOERROR qr',
    'authority far.rich.example. 300 IN NS ns.elsewhere.example.',
  );
  rule(
    'RFC 4035 §3.1.4.1: its DS is ours to answer',
    'sub.rich.example. DS',
    'NOERROR qr aa',
    'answer sub.rich.example. 300 IN DS 12345 13 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  );
  rule(
    'RFC 4035 §3.1.4.1: the parent answers for DS where both zones are here',
    'child.rich.example. DS',
    'NOERROR qr aa',
    'answer child.rich.example. 300 IN DS 12345 13 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  );
  rule(
    'RFC 4035 §3.1.4.1: of a delegation without DS the parent says so',
    'far.rich.example. DS',
    'NOERROR qr aa',
    NEGATIVE,
  );
});
