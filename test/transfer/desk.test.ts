/** Signed queries, transfers and NOTIFY, asked of a server in process (RFC 8945, RFC 5936, RFC 1995, RFC 1996). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransferSettings } from '../../runtime/rpc/answer-settings.ts';
import { AnswerCheck, Signer } from '../../runtime/tsig/signature.ts';
import type { TsigKey } from '../../runtime/tsig/tsig-key.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { findTsig, readTsig, withTsig } from '../../runtime/wire/tsig.ts';
import { Server } from '../answer/server.ts';
import { type Asked, packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { until } from '../support/until.ts';
import { must, name } from '../support/wire.ts';
import { KEY, OTHER_KEY, transferSettings } from './keys.ts';

const NOTIFY = 4 << 11;

interface Sending {
  readonly from?: string;
  readonly transport?: 'udp' | 'tcp';
}

/** Sends octets and returns all messages that come back. */
function send(
  server: Server,
  octets: Uint8Array,
  { from = '192.0.2.1', transport = 'tcp' }: Sending = {},
): Buffer[] {
  const replies: Buffer[] = [];
  const isAnswered = server.responder.respond(octets, {
    transport,
    address: from,
    reply: (response) => replies.push(Buffer.from(response)),
    ...(transport === 'tcp' && {
      replyAll: (messages: Iterator<Uint8Array>) => {
        for (let next = messages.next(); next.done !== true; next = messages.next()) {
          replies.push(Buffer.from(next.value));
        }
      },
    }),
  });
  assert.ok(isAnswered);
  return replies;
}

function serving(
  transfers: Partial<TransferSettings> = {},
  records = 'www A 192.0.2.7\n',
  clock?: () => number,
): Server {
  const server = new Server({ transfers: transferSettings(transfers), ...(clock && { clock }) });
  server.put({ records });
  return server;
}

/** A signed query and its answer: in text, after the signature was found good. */
function askSigned(server: Server, asked: Asked, key: TsigKey = KEY, sending: Sending = {}): string[][] {
  const { signed, mac } = new Signer(key, undefined).sign(packet(asked));
  const check = new AnswerCheck(key, mac);
  return send(server, signed, sending).map((reply) => replyToText(must(check.next(reply))));
}

/** Header line, and error and length of the MAC of the TSIG record. */
function tsigOf(reply: Buffer | undefined): string {
  assert.ok(reply);
  const at = findTsig(reply);
  const tsig = at === undefined ? undefined : readTsig(reply, at);
  return `${must(decodeMessage(reply)).rcode} ${tsig === undefined ? 'unsigned' : `${tsig.error} ${tsig.mac.length}`}`;
}

const ANSWER = ['NOERROR qr aa', 'answer www.example.com. 3600 IN A 192.0.2.7'];

test('RFC 8945 §5.3: a signed query is answered as ever, and signed', () => {
  const server = serving();
  for (const transport of ['udp', 'tcp'] as const) {
    assert.deepEqual(askSigned(server, { id: 7, question: 'www.example.com. A' }, KEY, { transport }), [
      ANSWER,
    ]);
    assert.deepEqual(
      askSigned(server, { question: 'no.example.com. A', opt: {} }, OTHER_KEY, { transport })[0]?.[0],
      'NXDOMAIN qr aa',
    );
  }
});

test('RFC 8945 §5.3: an answer that leaves no room for its signature is the question, with TC', () => {
  const server = serving({}, `big TXT ${'"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" '.repeat(9)}\n`);
  const question = { question: 'big.example.com. TXT' };
  assert.deepEqual(askSigned(server, question, KEY, { transport: 'udp' }), [['NOERROR qr aa tc']]);
  assert.match(askSigned(server, question)[0]?.[1] ?? '', /^answer big.example.com. .* TXT "aaa/);
});

test('RFC 8945 §5.2: what is wrong with a signature is said, signed only where the key is proven', () => {
  let now = Date.now();
  const server = serving({}, undefined, () => now);
  const bare = packet({ question: 'www.example.com. A' });
  const { signed } = new Signer(KEY, undefined).sign(bare);
  const tsig = readTsig(signed, bare.length) ?? assert.fail();
  const cases: [what: string, message: Uint8Array, expected: string][] = [
    [
      'BADKEY: a key nobody knows',
      new Signer({ ...KEY, name: Uint8Array.of(1, 120, 0) }, undefined).sign(bare).signed,
      '9 17 0',
    ],
    [
      'BADKEY: another algorithm',
      new Signer(
        { ...KEY, algorithm: 'hmac-sha512', algorithmName: OTHER_KEY.algorithmName },
        undefined,
      ).sign(bare).signed,
      '9 17 0',
    ],
    [
      'BADSIG: another secret',
      new Signer({ ...KEY, secret: Buffer.from('x') }, undefined).sign(bare).signed,
      '9 16 0',
    ],
    ['BADTRUNC: half of the MAC', withTsig(bare, { ...tsig, mac: tsig.mac.slice(0, 16) }), '9 22 32'],
    ['FORMERR: less than half of it', withTsig(bare, { ...tsig, mac: tsig.mac.slice(0, 9) }), '1 unsigned'],
    ['FORMERR: more than all of it', withTsig(bare, { ...tsig, mac: new Uint8Array(33) }), '1 unsigned'],
    ['NOERROR', signed, '0 0 32'],
  ];
  for (const [what, message, expected] of cases) {
    assert.equal(tsigOf(send(server, message)[0]), expected, what);
  }
  now += 301_000;
  const [late] = send(server, signed);
  assert.equal(tsigOf(late), '9 18 32');
  const said = readTsig(late ?? Buffer.alloc(0), findTsig(late ?? Buffer.alloc(0)) ?? 0);
  assert.equal(said?.timeSigned, tsig.timeSigned);
  assert.equal(Buffer.from(said?.otherData ?? []).readUIntBE(0, 6), Math.floor(now / 1000));
});

test('What a key is called is not given back where that is more than the client takes', () => {
  const long = Array.from({ length: 4 }, () => 'k'.repeat(61)).join('.');
  const ask = (question: string, transport: 'udp' | 'tcp') => {
    const { signed } = new Signer({ ...KEY, name: name(long) }, undefined).sign(packet({ question }));
    return tsigOf(send(serving(), signed, { transport })[0]);
  };
  assert.equal(ask('www.example.com. A', 'udp'), '9 17 0');
  assert.equal(ask(`${long}. A`, 'udp'), '9 unsigned');
  assert.equal(ask(`${long}. A`, 'tcp'), '9 17 0');
});

test('RFC 5936 §2.2: a transfer is all records between two SOAs, in as many messages as it takes', () => {
  const count = 3000;
  const lines = Array.from({ length: count }, (_, index) => `h${index} A 192.0.2.1\n`).join('');
  const server = serving(
    { allow: [{ from: '192.0.2.0/24' }] },
    `${lines}sub NS ns.sub\nns.sub A 192.0.2.9\n`,
  );
  const replies = send(server, packet({ id: 5, question: 'example.com. AXFR', opt: {} })).map((reply) =>
    must(decodeMessage(reply)),
  );
  assert.ok(replies.length > 1);
  for (const { id, rcode, authoritative, edns } of replies) {
    assert.deepEqual([id, rcode, authoritative, edns !== undefined], [5, 0, true, true]);
  }
  const records = replies.flatMap(({ answers }) => answers.map(recordToText));
  assert.equal(records.length, count + 5);
  assert.equal(records[0], records.at(-1));
  assert.match(records[0] ?? '', / SOA /);
  assert.equal(new Set(records).size, count + 4);
  assert.deepEqual(server.transfers, [
    { zone: 'example.com', client: '192.0.2.1', type: 'AXFR', serial: 1, hosts: 0, records: count + 5 },
  ]);
});

test('A record of the greatest length travels in a message of its own', () => {
  const long = `big TXT ${`"${'a'.repeat(255)}" `.repeat(250)}\n`;
  const replies = send(
    serving({ allow: [{ from: '0.0.0.0/0' }] }, `a A 192.0.2.1\n${long}b A 192.0.2.1\n`),
    packet({ question: 'example.com. AXFR' }),
  );
  const records = replies.flatMap((reply) => must(decodeMessage(reply)).answers);
  assert.deepEqual(
    records.map(({ rdata }) => rdata.length).filter((length) => length > 1000),
    [64_000],
  );
  assert.equal(records.length, 6);
});

test('RFC 8945 §5.3.1: all messages of a transfer are signed, each with the one before', () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `h${index} A 192.0.2.1\n`).join('');
  const server = serving({ allow: [{ key: KEY.id }] }, lines);
  const answers = askSigned(server, { question: 'example.com. AXFR' });
  assert.ok(answers.length > 1);
  assert.equal(answers.flat().filter((line) => line.startsWith('answer')).length, 3003);
});

test('Whom no rule matches is refused, and so is everybody where there is none', () => {
  const axfr = packet({ question: 'example.com. AXFR' });
  const rcode = (server: Server, sending?: Sending): string =>
    replyToText(send(server, axfr, sending)[0] ?? assert.fail())[0] ?? '';
  assert.equal(rcode(serving()), 'REFUSED qr');
  const both = serving({ allow: [{ from: '192.0.2.0/24', key: KEY.id }, { from: '2001:db8::/32' }] });
  assert.equal(rcode(both), 'REFUSED qr');
  assert.equal(rcode(both, { from: '2001:db8::1' }), 'NOERROR qr aa');
  assert.equal(askSigned(both, { question: 'example.com. AXFR' })[0]?.[0], 'NOERROR qr aa');
  assert.equal(askSigned(both, { question: 'example.com. AXFR' }, OTHER_KEY)[0]?.[0], 'REFUSED qr');
  assert.equal(
    askSigned(both, { question: 'example.com. AXFR' }, KEY, { from: '198.51.100.1' })[0]?.[0],
    'REFUSED qr',
  );
  const own = serving({ allow: [{ from: '0.0.0.0/0' }], zones: { 'example.com': [{ key: KEY.id }] } });
  assert.equal(rcode(own), 'REFUSED qr');
});

test('So many transfers at one time and no more; who comes too late may try again', () => {
  const server = serving({ allow: [{ from: '0.0.0.0/0' }] });
  const axfr = packet({ question: 'example.com. AXFR' });
  const running: Iterator<Uint8Array>[] = [];
  const outcome = (): string => {
    let refusal = 'sent';
    server.responder.respond(axfr, {
      transport: 'tcp',
      address: '192.0.2.1',
      reply: (response) => {
        refusal = replyToText(response)[0] ?? '';
      },
      replyAll: (messages) => {
        messages.next();
        running.push(messages);
      },
    });
    return refusal;
  };
  for (let count = 0; count < 20; count += 1) assert.equal(outcome(), 'sent');
  assert.equal(outcome(), 'SERVFAIL qr');
  // One is read to its end; the client of another goes away.
  running[0]?.next();
  running[1]?.return?.();
  assert.deepEqual([outcome(), outcome(), outcome()], ['sent', 'sent', 'SERVFAIL qr']);
});

test('What cannot be transferred says why', () => {
  const server = serving({ allow: [{ from: '0.0.0.0/0' }] });
  server.put({ zone: 'broken.example', broken: 'its policy does not load' });
  const header = (question: string, sending?: Sending): string =>
    replyToText(send(server, packet({ question }), sending)[0] ?? assert.fail())[0] ?? '';
  // RFC 5936 §2.2.1, §4.2
  assert.equal(header('elsewhere.example. AXFR'), 'NOTAUTH qr');
  assert.equal(header('www.example.com. AXFR'), 'NOTAUTH qr');
  assert.equal(header('example.com. AXFR', { transport: 'udp' }), 'FORMERR qr');
  assert.equal(header('broken.example. AXFR'), 'SERVFAIL qr');
  // RFC 1995 §3: the client says what it has.
  assert.equal(header('example.com. IXFR'), 'FORMERR qr');
});

test('RFC 1995 §2, §4: who is up to date gets the SOA, who is not gets all, and over UDP the SOA', () => {
  const server = serving({ allow: [{ from: '0.0.0.0/0' }] });
  const answers = (serial: number, transport: 'udp' | 'tcp'): number =>
    send(server, withSoa('example.com. IXFR', serial, 8), { transport })
      .map((reply) => must(decodeMessage(reply)).answers.length)
      .reduce((sum, count) => sum + count, 0);
  assert.equal(answers(1, 'tcp'), 1);
  assert.equal(answers(2, 'tcp'), 1);
  assert.equal(answers(0, 'tcp'), 4);
  assert.equal(answers(0xffffffff, 'tcp'), 4);
  assert.equal(answers(0, 'udp'), 1);
});

test('RFC 1995 §3, RFC 1996 §3.7: of a message with thousands of records none is read', async () => {
  const primaries = { 'example.com': [{ address: '192.0.2.1', port: 53 }] };
  const server = serving({ primaries, allow: [{ from: '0.0.0.0/0' }] });
  const crowded = (asked: Uint8Array, countAt: number): string[] => {
    const message = Buffer.concat([asked, ...Array.from({ length: 4000 }, () => Buffer.alloc(11))]);
    message.writeUInt16BE(4001, countAt);
    return replyToText(send(server, message)[0] ?? assert.fail());
  };
  assert.deepEqual(crowded(withSoa('example.com. SOA', 9, 6, NOTIFY), 6), ['NOERROR NOTIFY qr aa']);
  assert.deepEqual(crowded(withSoa('example.com. IXFR', 0, 8), 8), ['FORMERR qr']);
  await until(
    () => Promise.resolve(server.news.length),
    (length) => length === 1,
  );
  assert.deepEqual(server.news, [{ zone: 'example.com', client: '192.0.2.1' }]);
});

test('RFC 1996: news from primaries are taken, and from others refused', async () => {
  const primaries = {
    'example.com': [
      { address: '192.0.2.1', port: 53 },
      { address: '192.0.2.2', port: 53, key: KEY.id },
    ],
  };
  const server = serving({ primaries });
  const notify = (sending?: Sending): string[] =>
    replyToText(send(server, withSoa('example.com. SOA', 9, 6, NOTIFY), sending)[0] ?? assert.fail());
  assert.deepEqual(notify({ transport: 'udp' }), ['NOERROR NOTIFY qr aa']);
  assert.deepEqual(notify({ from: '192.0.2.9' }), ['REFUSED NOTIFY qr']);
  await until(
    () => Promise.resolve(server.news.length),
    (length) => length === 1,
  );
  assert.deepEqual(server.news, [{ zone: 'example.com', client: '192.0.2.1', serial: 9 }]);
  // With the key of a primary from wherever it is.
  assert.deepEqual(
    askSigned(server, { flags: NOTIFY, question: 'example.com. SOA' }, KEY, { from: '192.0.2.9' }),
    [['NOERROR NOTIFY qr aa']],
  );
  await until(
    () => Promise.resolve(server.news.length),
    (length) => length === 2,
  );
  assert.deepEqual(
    replyToText(send(server, packet({ flags: NOTIFY, question: 'other.example. SOA' }))[0] ?? assert.fail()),
    ['NOTAUTH NOTIFY qr'],
  );
});

/** A query with an SOA in the section whose count is at `countAt` of the header. */
function withSoa(question: string, serial: number, countAt: number, flags = 0): Buffer {
  const times = serial.toString(16).padStart(8, '0') + '00000001'.repeat(4);
  const message = packet({ flags, question, trailing: `c00c 0006 0001 00000000 0016 00 00 ${times}` });
  message.writeUInt16BE(1, countAt);
  return message;
}

test('A packet that only looks signed is answered all the same', () => {
  const message = packet({
    question: 'www.example.com. A',
    trailing: '00 00fa 00ff 00000000 0001 00',
    additionals: 1,
  });
  assert.equal(tsigOf(send(serving(), message)[0]), '1 unsigned');
});
