/** RFC 2308: that a name or a type is not there, and for how long; RFC 8020: that nothing is below. */
import { describe } from 'node:test';
import { policyRule, rule } from './server.ts';

const RICH = 'IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';
const CHILD = 'IN SOA ns1.rich.example. hostmaster.rich.example. 1 7200 900 1209600 3600';

describe('RFC 2308: negative answers', () => {
  rule(
    'RFC 2308 §2.1: a name that is not there is NXDOMAIN, with the SOA',
    'missing.rich.example. A',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  rule(
    'RFC 2308 §2.2: a type that is not there is NOERROR with the SOA and no answer',
    'www.rich.example. MX',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  rule(
    "RFC 2308 §3: the TTL is the SOA's MINIMUM where that is less than its TTL",
    'missing.rich.example. TXT',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  rule(
    "RFC 2308 §3: it is the SOA's TTL where that is less",
    'missing.child.rich.example. A',
    'NXDOMAIN qr aa',
    `authority child.rich.example. 20 ${CHILD}`,
  );
  rule(
    'RFC 2308 §3: for NODATA as well',
    'www.child.rich.example. AAAA',
    'NOERROR qr aa',
    `authority child.rich.example. 20 ${CHILD}`,
  );
  rule(
    'RFC 2308 §3: a SOA that is asked for has its own TTL',
    'rich.example. SOA',
    'NOERROR qr aa',
    `answer rich.example. 3600 ${RICH}`,
  );
  policyRule(
    'RFC 2308 §3: what a policy denies is denied for as long as its zone says',
    'none.rich.example. A',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  policyRule(
    'RFC 2308 §2.1: a policy may deny a name',
    'gone.rich.example. A',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  policyRule(
    'RFC 2308 §2.2: a plan without records of the type is NODATA',
    'pool.rich.example. MX',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
});

describe('RFC 8020: NXDOMAIN means that there is nothing below', () => {
  rule(
    'RFC 8020 §2: below a name that is not there is nothing',
    'a.b.missing.rich.example. A',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  rule(
    'RFC 8020 §2: a name with something below it is there, if empty',
    'void.rich.example. A',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  rule(
    'RFC 8020 §2: at every level',
    'under.void.rich.example. TXT',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  rule(
    'RFC 8020 §2: what is below an empty name is found',
    'deep.under.void.rich.example. A',
    'NOERROR qr aa',
    'answer deep.under.void.rich.example. 300 IN A 192.0.2.9',
  );
  rule(
    'RFC 8020 §2: and what is beside it is not',
    'other.under.void.rich.example. A',
    'NXDOMAIN qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  policyRule(
    'RFC 8020 §2: a host of a policy makes the names above it exist',
    'tenant.rich.example. A',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  policyRule(
    'RFC 8020 §2: so a policy cannot deny the name above one of its hosts',
    'halfgone.rich.example. A',
    'NOERROR qr aa',
    `authority rich.example. 60 ${RICH}`,
  );
  policyRule(
    'RFC 8020 §2: which is there all the same',
    'left.halfgone.rich.example. A',
    'NOERROR qr aa',
    'answer left.halfgone.rich.example. 30 IN A 198.51.100.20',
  );
});
