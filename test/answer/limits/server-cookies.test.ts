/** Server cookies: the test vectors of RFC 9018, and what is no cookie of ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ServerCookies } from '../../../runtime/answer/limits/server-cookies.ts';
import { FUZZ } from '../../support/fuzz.ts';
import { hex } from '../../support/wire.ts';

interface Vector {
  readonly now: number;
  readonly secrets: readonly string[];
  readonly client: string;
  /** What the client sends, and what it is sent. */
  readonly sent: string;
  readonly reply: string;
  readonly isOurs: boolean;
}

const SECRET = 'e5e973e5a6b2a43f48e7dc849e37bfcf';
const OLD = 'dd3bdf9344b678b185a6f5cb60fca715';
const NEW = '445536bcd2513298075a5d379663c962';

/** RFC 9018 appendix A. */
const VECTORS: Readonly<Record<string, Vector>> = {
  'A.1: a client learns a cookie': {
    now: 1_559_731_985,
    secrets: [SECRET],
    client: '198.51.100.100',
    sent: '2464c4abcf10c957',
    reply: '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
    isOurs: false,
  },
  'A.2: after half an hour it learns another': {
    now: 1_559_734_385,
    secrets: [SECRET],
    client: '198.51.100.100',
    sent: '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
    reply: '2464c4abcf10c957010000005cf7a871d4a564a1442aca77',
    isOurs: true,
  },
  'A.3: so does one whose cookie is too old': {
    now: 1_559_734_700,
    secrets: [SECRET],
    client: '203.0.113.203',
    sent: 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5',
    reply: 'fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e',
    isOurs: false,
  },
  'A.4: and one at an IPv6 address whose cookie was made with the secret before': {
    now: 1_559_741_961,
    secrets: [NEW, OLD],
    client: '2001:db8:220:1:59de:d0f4:8769:82b8',
    sent: '22681ab97d52c298010000005cf7c57926556bd0934c72f8',
    reply: '22681ab97d52c298010000005cf7c609a6bb79d16625507a',
    isOurs: true,
  },
};

function read({ now, secrets, client, sent }: Omit<Vector, 'reply' | 'isOurs'>) {
  const cookies = new ServerCookies(() => now);
  cookies.use({ secrets, isRequired: false });
  // Somewhere in a packet.
  const packet = Buffer.concat([Buffer.alloc(7, 0xee), hex(sent), Buffer.alloc(7, 0xee)]);
  const isOurs = cookies.read(packet, 7, hex(sent).length, client);
  return { isOurs, reply: Buffer.from(cookies.reply).toString('hex') };
}

for (const [title, vector] of Object.entries(VECTORS)) {
  test(`RFC 9018 ${title}`, () => {
    const { reply, isOurs } = vector;
    assert.deepEqual(read(vector), { reply, isOurs });
  });
}

const LEARNT = VECTORS['A.2: after half an hour it learns another'] ?? assert.fail();

test('RFC 9018 A.3: that cookie is known in its time, with what it has in the reserved bits', () => {
  const vector = VECTORS['A.3: so does one whose cookie is too old'] ?? assert.fail();
  assert.equal(read({ ...vector, now: 0x5cf78f71 + 3600 }).isOurs, true);
});

test('RFC 7873 §5.2.5: a cookie that is younger than half an hour comes back as it is', () => {
  const now = LEARNT.now - 2400 + 1799;
  assert.deepEqual(read({ ...LEARNT, now }), { reply: LEARNT.sent, isOurs: true });
});

test('RFC 9018 §4.3: a cookie holds for an hour, and may be five minutes ahead', () => {
  const made = LEARNT.now - 2400;
  const holds = [-301, -300, 3600, 3601].map((age) => read({ ...LEARNT, now: made + age }).isOurs);
  assert.deepEqual(holds, [false, true, true, false]);
});

test('RFC 9018 §4.3: timestamps are compared by serial arithmetic, so they may wrap', () => {
  const before = 2 ** 32 - 10;
  const { reply } = read({ ...LEARNT, now: before, sent: LEARNT.sent.slice(0, 16) });
  assert.equal(read({ ...LEARNT, now: before + 20, sent: reply }).isOurs, true);
});

test('Octets and texts of an address are one client', () => {
  const cookies = new ServerCookies(() => LEARNT.now);
  cookies.use({ secrets: LEARNT.secrets, isRequired: false });
  assert.equal(cookies.read(hex(LEARNT.sent), 0, 24, Uint8Array.of(198, 51, 100, 100)), true);
});

test('A cookie with any bit changed is none of ours, nor is one from elsewhere or of another length', () => {
  fc.assert(
    fc.property(fc.nat(24 * 8 - 1), (bit) => {
      const octets = hex(LEARNT.sent);
      octets[bit >> 3] = (octets[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(read({ ...LEARNT, sent: Buffer.from(octets).toString('hex') }).isOurs, false);
    }),
    FUZZ,
  );
  assert.equal(read({ ...LEARNT, client: '198.51.100.101' }).isOurs, false);
  assert.equal(read({ ...LEARNT, sent: `${LEARNT.sent}00` }).isOurs, false);
  assert.equal(read({ ...LEARNT, sent: LEARNT.sent.slice(0, -2) }).isOurs, false);
  assert.equal(read({ ...LEARNT, secrets: [OLD] }).isOurs, false);
});
