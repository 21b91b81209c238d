/** RFC 4892 and RFC 5001: which server it was that answered. */
import { describe } from 'node:test';
import { option } from '../support/packet.ts';
import { rule } from './server.ts';

const NAMED = { needs: 'a server that is called "conformance"' };
const ANSWER = 'answer www.rich.example. 300 IN AAAA 2001:db8::1';
const asked = (question: string, options: string) => ({ question, opt: { options }, ...NAMED });

describe('RFC 4892: identity in class CH', () => {
  rule(
    'RFC 4892 §3: id.server is the name of the server, not to be kept',
    { question: 'id.server. TXT CH', ...NAMED },
    'NOERROR qr',
    'answer id.server. 0 CH TXT "conformance"',
  );
  rule(
    'RFC 4892 §3: so is hostname.bind, which is older',
    { question: 'hostname.bind. TXT CH', ...NAMED },
    'NOERROR qr',
    'answer hostname.bind. 0 CH TXT "conformance"',
  );
  rule('RFC 4892 §3: what the server is not to tell is refused', 'version.bind. TXT CH', 'REFUSED qr');
  rule('RFC 4892 §3: so is its neutral name', 'version.server. TXT CH', 'REFUSED qr');
  rule('RFC 4892 §3: there is nothing but text', 'id.server. A CH', 'REFUSED qr');
  rule('RFC 4892 §3: nor any other name', 'www.rich.example. A CH', 'REFUSED qr');
});

describe('RFC 5001: NSID', () => {
  rule(
    'RFC 5001 §2.2: it is sent to those who ask',
    asked('www.rich.example. AAAA', option(3, '')),
    'NOERROR qr aa',
    ANSWER,
    'edns udp 1232, nsid "conformance"',
  );
  rule(
    'RFC 5001 §2.1: what the query has in it is ignored',
    asked('www.rich.example. AAAA', option(3, 'abcd')),
    'NOERROR qr aa',
    ANSWER,
    'edns udp 1232, nsid "conformance"',
  );
  rule(
    'RFC 5001 §2.2: and to nobody else',
    asked('www.rich.example. AAAA', ''),
    'NOERROR qr aa',
    ANSWER,
    'edns udp 1232',
  );
});
