/** RFC 8914: why an answer is what it is, for those who asked with EDNS. */
import { describe } from 'node:test';
import { both, policyRule, rule } from './server.ts';

const asked = (question: string) => ({ question, opt: {} });

describe('RFC 8914: extended DNS errors', () => {
  rule(
    'RFC 8914 §4.21: a zone that is not ours',
    asked('www.elsewhere.example. A'),
    'REFUSED qr',
    'edns udp 1232, error 20',
  );
  policyRule(
    'RFC 8914 §4.19: a refusal by the policy',
    asked('refused.rich.example. A'),
    'REFUSED qr',
    'edns udp 1232, error 18 "Refused by policy"',
  );
  rule(
    'RFC 8914 §4.22: a class that is not served',
    { ...asked('version.bind. TXT CH'), failsOn: both('gives no such error') },
    'REFUSED qr',
    'edns udp 1232, error 21 "Only class IN is served"',
  );
  rule(
    'RFC 8914 §4.19: a transfer that is not for everybody',
    { ...asked('rich.example. AXFR'), failsOn: both('NOTIMP: not over UDP (RFC 5936 §4.2)') },
    'REFUSED qr',
    'edns udp 1232, error 18 "Zone transfer is not allowed"',
  );
  policyRule(
    'RFC 8914 §4.15: a policy that never loaded',
    asked('broken.example. A'),
    'SERVFAIL qr',
    'edns udp 1232, error 14 "The policy of this zone has not loaded yet"',
  );
  policyRule(
    'RFC 8914 §4.1: a fallback, as its policy throws',
    asked('throws.faulty.example. A'),
    'NOERROR qr aa',
    'answer throws.faulty.example. 5 IN A 192.0.2.250',
    'edns udp 1232, error 0 "policy failed: fallback served"',
  );
  policyRule(
    'RFC 8914 §4.1: a fallback, as its policy returns nonsense',
    asked('lies.faulty.example. A'),
    'NOERROR qr aa',
    'answer lies.faulty.example. 5 IN A 192.0.2.250',
    'edns udp 1232, error 0 "policy gave no valid answer: fallback served"',
  );
  rule(
    'RFC 8914 §3: no error where there is nothing to explain',
    asked('missing.rich.example. A'),
    'NXDOMAIN qr aa',
    'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
    'edns udp 1232',
  );
  policyRule(
    'RFC 8914 §2: nor without EDNS',
    'throws.faulty.example. A',
    'NOERROR qr aa',
    'answer throws.faulty.example. 5 IN A 192.0.2.250',
  );
  policyRule('RFC 8914 §2: nor without EDNS in a refusal', 'refused.rich.example. A', 'REFUSED qr');
});
