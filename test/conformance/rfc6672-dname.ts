/** RFC 6672: a DNAME redirects all names below its owner. */
import { describe } from 'node:test';
import { policyRule, rule } from './server.ts';

const NEGATIVE =
  'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';
const OLD = 'answer old.rich.example. 120 IN DNAME new.rich.example.';
const LONG = 'long'.repeat(15);
const DISTANT = `answer distant.rich.example. 300 IN DNAME ${LONG}.${LONG}.${LONG}.rich.example.`;
const TOO_LONG = { failsOn: { knot: 'NXDOMAIN with the SOA' } };
const FOLLOWED = { failsOn: { nsd: 'follows it for ANY as well', knot: 'follows it for ANY as well' } };

describe('RFC 6672: DNAME', () => {
  rule(
    'RFC 6672 §3.1: the CNAME made of it has its TTL, and the search goes on at the target',
    'www.old.rich.example. A',
    'NOERROR qr aa',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
    'answer www.new.rich.example. 300 IN A 192.0.2.90',
  );
  rule(
    'RFC 6672 §3.2: the target may be a wildcard, below many labels',
    'a.b.wide.old.rich.example. TXT',
    'NOERROR qr aa',
    OLD,
    'answer a.b.wide.old.rich.example. 120 IN CNAME a.b.wide.new.rich.example.',
    'answer a.b.wide.new.rich.example. 300 IN TXT "wide"',
  );
  rule(
    'RFC 6672 §3.2: or no name at all: NXDOMAIN',
    'none.old.rich.example. A',
    'NXDOMAIN qr aa',
    OLD,
    'answer none.old.rich.example. 120 IN CNAME none.new.rich.example.',
    NEGATIVE,
  );
  rule(
    'RFC 6672 §3.2: or a name without that type: NODATA',
    'www.old.rich.example. MX',
    'NOERROR qr aa',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
    NEGATIVE,
  );
  rule(
    'RFC 6672 §3.1: a target outside the zone is for the client to follow',
    'www.abroad.rich.example. A',
    'NOERROR qr aa',
    'answer abroad.rich.example. 300 IN DNAME elsewhere.example.',
    'answer www.abroad.rich.example. 300 IN CNAME www.elsewhere.example.',
  );
  rule(
    'RFC 6672 §3.2: a question for CNAME is answered by the one that is made',
    'www.old.rich.example. CNAME',
    'NOERROR qr aa',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
  );
  rule(
    'RFC 6672 §3.2: one for DNAME below is redirected as any',
    'www.old.rich.example. DNAME',
    'NOERROR qr aa',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
    NEGATIVE,
  );
  rule(
    'RFC 8482 §4.1: for ANY, what is at the name is enough',
    { question: 'www.old.rich.example. ANY', ...FOLLOWED },
    'NOERROR qr aa',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
  );
  rule(
    'RFC 6672 §2.3: the owner itself is not redirected',
    'old.rich.example. TXT',
    'NOERROR qr aa',
    'answer old.rich.example. 300 IN TXT "at the owner"',
  );
  rule('RFC 6672 §2.3: nor for types that it has not', 'old.rich.example. A', 'NOERROR qr aa', NEGATIVE);
  rule('RFC 6672 §2.1: the DNAME is a record as any', 'old.rich.example. DNAME', 'NOERROR qr aa', OLD);
  rule(
    'RFC 6672 §3.2: a CNAME may lead below it',
    'toold.rich.example. A',
    'NOERROR qr aa',
    'answer toold.rich.example. 300 IN CNAME www.old.rich.example.',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
    'answer www.new.rich.example. 300 IN A 192.0.2.90',
  );
  policyRule(
    'RFC 6672 §3.2: so may one that a policy makes',
    'moved.rich.example. A',
    'NOERROR qr aa',
    'answer moved.rich.example. 30 IN CNAME www.old.rich.example.',
    OLD,
    'answer www.old.rich.example. 120 IN CNAME www.new.rich.example.',
    'answer www.new.rich.example. 300 IN A 192.0.2.90',
  );
  rule(
    'RFC 6672 §2.2: a name that gets over 255 octets is YXDOMAIN, with the DNAME that makes it so',
    { question: `${'x'.repeat(58)}.distant.rich.example. A`, ...TOO_LONG },
    'YXDOMAIN qr aa',
    DISTANT,
  );
  rule(
    'RFC 6672 §2.2: at the end of a chain as well',
    { question: 'todistant.rich.example. A', ...TOO_LONG },
    'YXDOMAIN qr aa',
    `answer todistant.rich.example. 300 IN CNAME ${'x'.repeat(58)}.distant.rich.example.`,
    DISTANT,
  );
  rule(
    'RFC 6672 §2.2: 255 octets are a name',
    { question: `${'x'.repeat(57)}.distant.rich.example. CNAME`, opt: {} },
    'NOERROR qr aa',
    DISTANT,
    `answer ${'x'.repeat(57)}.distant.rich.example. 300 IN CNAME ${'x'.repeat(57)}.${LONG}.${LONG}.${LONG}.rich.example.`,
    'edns udp 1232',
  );
  rule(
    'RFC 6672 §3.2: redirections that come round end, each told once',
    { question: 'a.ringed.rich.example. A', failsOn: { knot: 'goes round some times more' } },
    'NOERROR qr aa',
    'answer ringed.rich.example. 300 IN DNAME rounded.rich.example.',
    'answer a.ringed.rich.example. 300 IN CNAME a.rounded.rich.example.',
    'answer rounded.rich.example. 300 IN DNAME ringed.rich.example.',
    'answer a.rounded.rich.example. 300 IN CNAME a.ringed.rich.example.',
  );
});
