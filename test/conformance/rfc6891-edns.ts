/** RFC 6891: the OPT record, in queries and replies. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { option } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { ask, both, except, MINIMAL, rule } from './server.ts';

const QUESTION = 'www.rich.example. AAAA';
const ANSWER = 'answer www.rich.example. 300 IN AAAA 2001:db8::1';

const NO_OPT = both('FORMERR without OPT');

describe('RFC 6891: EDNS', () => {
  rule('RFC 6891 §6.1.1: no OPT in a reply to a query without', QUESTION, 'NOERROR qr aa', ANSWER);
  rule(
    'RFC 6891 §6.1.1: an OPT in the reply to a query with one',
    { question: QUESTION, opt: {} },
    'NOERROR qr aa',
    ANSWER,
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.1: in one that is refused',
    { question: 'elsewhere.example. A', opt: {} },
    'REFUSED qr',
    'edns udp 1232, error 20',
  );
  rule(
    'RFC 6891 §6.1.1: in one that is malformed elsewhere',
    { opt: {}, failsOn: { nsd: 'may be a question for a cookie' } },
    'FORMERR qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.1: in one of an opcode not implemented',
    { question: QUESTION, flags: 0x1000, opt: {}, failsOn: { nsd: 'no OPT' } },
    'NOTIMP STATUS qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.1: two OPT records are FORMERR',
    { question: QUESTION, opt: [{}, {}], failsOn: NO_OPT },
    'FORMERR qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.2: so is an OPT whose owner is not the root',
    { question: QUESTION, ...owned('0161'), failsOn: { knot: 'overlooks the owner' } },
    'FORMERR qr',
  );
  rule(
    'RFC 6891 §6.1.2: so is an option longer than the OPT that holds it',
    { question: QUESTION, opt: { options: '00030005ab' }, failsOn: NO_OPT },
    'FORMERR qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.2: so is an option head cut short',
    { question: QUESTION, opt: { options: '0003' }, failsOn: NO_OPT },
    'FORMERR qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.2: options not known are ignored',
    { question: QUESTION, opt: { options: option(65001, 'abcd') + option(12, '00000000') } },
    'NOERROR qr aa',
    ANSWER,
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.3: a version above ours is BADVERS, and told ours',
    { question: QUESTION, opt: { version: 1 } },
    'BADVERS qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.3: whatever its options look like',
    { question: QUESTION, opt: { version: 255, options: 'ff' }, failsOn: { knot: 'FORMERR' } },
    'BADVERS qr',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.1.4: DO comes back, other flags do not',
    { question: QUESTION, opt: { flags: 0xffff } },
    'NOERROR qr aa',
    ANSWER,
    'edns udp 1232, do',
  );

  const SIZES = [
    [0, 512],
    [100, 512],
    [511, 512],
    [512, 512],
    [900, 900],
    [1232, 1232],
    [65_535, 1232],
  ] as const;
  for (const [asked, granted] of SIZES) {
    test(
      `RFC 6891 §6.2.3: to a client that takes ${asked} octets, up to ${granted} are sent`,
      except(granted < 900 ? {} : { failsOn: MINIMAL }),
      async () => {
        const reply = await ask({ question: 'crowd.rich.example. MX', opt: { udpSize: asked } });
        assert.ok(reply.length <= granted, `${reply.length} octets`);
        const [header = '', ...rest] = replyToText(reply);
        assert.equal(header, 'NOERROR qr aa');
        assert.equal(rest.at(-1), 'edns udp 1232');
        const addresses = rest.filter((line) => line.startsWith('additional')).length;
        // All 16 take 715 octets.
        assert.equal(addresses === 16, granted >= 900, `${addresses} addresses`);
      },
    );
  }
});

/** An OPT record with an owner, as the octets of a query. */
function owned(owner: string): { trailing: string; additionals: number } {
  return { additionals: 1, trailing: `${owner}00 0029 04d0 00000000 0000` };
}
