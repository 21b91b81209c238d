/** RFC 3597: types that nobody here has heard of. */
import { describe } from 'node:test';
import { policyRule, rule } from './server.ts';

const NODATA =
  'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';

describe('RFC 3597: unknown types', () => {
  rule(
    'RFC 3597 §3: their data is served as it is',
    'unknown.rich.example. TYPE65280',
    'NOERROR qr aa',
    'answer unknown.rich.example. 300 IN TYPE65280 \\# 4 0a000001',
  );
  rule(
    'RFC 3597 §5: there may be none',
    'empty.rich.example. TYPE65281',
    'NOERROR qr aa',
    'answer empty.rich.example. 300 IN TYPE65281 \\# 0',
  );
  rule(
    'RFC 3597 §5: a known type may be written that way',
    'generic.rich.example. A',
    'NOERROR qr aa',
    'answer generic.rich.example. 300 IN A 192.0.2.7',
  );
  policyRule(
    'RFC 3597 §5: a policy may declare them',
    'declared.rich.example. TYPE65282',
    'NOERROR qr aa',
    'answer declared.rich.example. 30 IN TYPE65282 \\# 3 010203',
  );
  policyRule(
    'RFC 3597 §5: and decide them',
    'fixed.rich.example. TYPE65280',
    'NOERROR qr aa',
    'answer fixed.rich.example. 600 IN TYPE65280 \\# 2 abcd',
  );
  policyRule(
    'RFC 3597 §3: a policy that has none answers NODATA',
    'x.tenant.rich.example. TYPE65283',
    'NOERROR qr aa',
    'authority rich.example. 30 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
  );
  rule(
    'RFC 3597 §3: a type that no record has is NODATA',
    'www.rich.example. TYPE65400',
    'NOERROR qr aa',
    NODATA,
  );
});
