/** RFC 8482: a small answer to ANY. */
import { describe } from 'node:test';
import { policyRule, rule } from './server.ts';

describe('RFC 8482: ANY', () => {
  rule(
    'RFC 8482 §4.1: one RRset stands for all',
    'www.rich.example. ANY',
    'NOERROR qr aa',
    'answer www.rich.example. 300 IN A 192.0.2.1',
    'answer www.rich.example. 300 IN A 192.0.2.2',
  );
  policyRule(
    'RFC 8482 §4.2: where a policy decides, it is a HINFO that says why',
    'asked.rich.example. ANY',
    'NOERROR qr aa',
    'answer asked.rich.example. 3600 IN HINFO "RFC8482" ""',
  );
  rule(
    'RFC 8482 §4.1: an alias is its own answer and is not followed',
    'alias.rich.example. ANY',
    'NOERROR qr aa',
    'answer alias.rich.example. 300 IN CNAME www.rich.example.',
  );
  rule(
    'RFC 8482 §4: a name that is not there is NXDOMAIN all the same',
    'missing.rich.example. ANY',
    'NXDOMAIN qr aa',
    'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
  );
  rule(
    'RFC 8482 §4: so is an empty name NODATA',
    'void.rich.example. ANY',
    'NOERROR qr aa',
    'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
  );
});
