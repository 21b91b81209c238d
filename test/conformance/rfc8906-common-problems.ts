/** RFC 8906 §8: the tests by which servers are found out that break the protocol's ways to grow. */
import { describe } from 'node:test';
import { option } from '../support/packet.ts';
import { rule } from './server.ts';

const SOA = 'rich.example. SOA';
const ANSWER =
  'answer rich.example. 3600 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';
const NODATA =
  'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';
const EDNS = 'edns udp 1232';
const UNKNOWN = option(100, '');

describe('RFC 8906 §8.1: basic DNS', () => {
  rule('RFC 8906 §8.1.1: the zone is served', SOA, 'NOERROR qr aa', ANSWER);
  rule('RFC 8906 §8.1.2: a type not known is NODATA', 'www.rich.example. TYPE1000', 'NOERROR qr aa', NODATA);
  rule(
    'RFC 8906 §8.1.3.1: CD is no reason not to answer',
    { question: SOA, flags: 0x0010 },
    'NOERROR qr aa',
    ANSWER,
  );
  rule('RFC 8906 §8.1.3.2: nor is AD', { question: SOA, flags: 0x0020 }, 'NOERROR qr aa', ANSWER);
  rule('RFC 8906 §8.1.3.3: nor the reserved bit', { question: SOA, flags: 0x0040 }, 'NOERROR qr aa', ANSWER);
  rule('RFC 8906 §8.1.3.4: nor RD', { question: SOA, flags: 0x0100 }, 'NOERROR qr aa rd', ANSWER);
  rule('RFC 8906 §8.1.4: an opcode not known is NOTIMP', { flags: 15 << 11 }, 'NOTIMP OPCODE15 qr');
});

describe('RFC 8906 §8.2: EDNS', () => {
  const asked = (opt: { version?: number; flags?: number; options?: string }) => ({ question: SOA, opt });
  rule('RFC 8906 §8.2.1: minimal EDNS', asked({}), 'NOERROR qr aa', ANSWER, EDNS);
  rule('RFC 8906 §8.2.2: a version not known', asked({ version: 1 }), 'BADVERS qr', EDNS);
  rule('RFC 8906 §8.2.3: an option not known', asked({ options: UNKNOWN }), 'NOERROR qr aa', ANSWER, EDNS);
  rule('RFC 8906 §8.2.4: a flag not known', asked({ flags: 0x0040 }), 'NOERROR qr aa', ANSWER, EDNS);
  rule(
    'RFC 8906 §8.2.5: version and flag not known',
    asked({ version: 1, flags: 0x0040 }),
    'BADVERS qr',
    EDNS,
  );
  rule(
    'RFC 8906 §8.2.6: version and option not known',
    asked({ version: 1, options: UNKNOWN }),
    'BADVERS qr',
    EDNS,
  );
  rule('RFC 8906 §8.2.8: DO', asked({ flags: 0x8000 }), 'NOERROR qr aa', ANSWER, `${EDNS}, do`);
  rule(
    'RFC 8906 §8.2.9: DO and a version not known',
    { ...asked({ version: 1, flags: 0x8000 }), failsOn: { nsd: 'clears DO' } },
    'BADVERS qr',
    `${EDNS}, do`,
  );
  rule(
    'RFC 8906 §8.2.10: several options that are known',
    {
      ...asked({ options: `${option(3, '')}${option(8, '00010000')}${option(9, '')}` }),
      needs: 'a server that is called "conformance"',
    },
    'NOERROR qr aa',
    ANSWER,
    `${EDNS}, subnet 0.0.0.0/0/0, nsid "conformance"`,
  );
});
