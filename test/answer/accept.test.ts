/** Which packets get an answer at all, and which ones one that header and question alone settle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '../support/wire.ts';
import { transferSettings } from '../transfer/keys.ts';
import { messageToText } from './message-text.ts';
import { packetOf } from './packet.ts';
import { Server } from './server.ts';

const server = new Server();
server.put({ records: 'www 300 A 192.0.2.1\n' });

const WWW = packetOf({ question: 'www.example.com A' }).toString('hex');
const QUESTION = WWW.slice(24);
/** Version 0, no options. */
const OPT = '00 0029 04d0 00 00 0000 0000';
const ANSWER = 'www.example.com. 300 A 192.0.2.1';

/** Octets → the answer; `undefined` for silence. */
const PACKETS: Readonly<Record<string, readonly [octets: string, answer: readonly string[] | undefined]>> = {
  'a query': [WWW, ['NOERROR aa', ANSWER]],
  'a query with EDNS': [`1234 0000 0001 0000 0000 0001 ${QUESTION} ${OPT}`, ['NOERROR aa', ANSWER]],
  nothing: ['', undefined],
  'half a header': ['1234 0000 0001', undefined],
  'a response': [`1234 8000 ${WWW.slice(8)}`, undefined],
  'a header alone': ['1234 0000 0000 0000 0000 0000', ['FORMERR']],
  'a question that is cut short': [WWW.slice(0, -2), ['FORMERR']],
  'two questions': [`1234 0000 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`, ['FORMERR']],
  'octets behind the end': [`${WWW} 00`, ['FORMERR']],
  'two OPT records': [`1234 0000 0001 0000 0000 0002 ${QUESTION} ${OPT} ${OPT}`, ['FORMERR']],
  'a notification': [`1234 2000 ${WWW.slice(8)}`, ['NOTIMP']],
  'an update': [`1234 2800 ${WWW.slice(8)}`, ['NOTIMP']],
  'EDNS version 1': [`1234 0000 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00 01 0000 0000`, ['BADVERS']],
  'a client subnet that is none': [
    `1234 0000 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00 00 0000 0008 0008 0004 0009 1800`,
    ['FORMERR'],
  ],
};

for (const [what, [octets, answer]] of Object.entries(PACKETS)) {
  test(`${what}: ${answer?.[0] ?? 'silence'}`, () => {
    const { messages, isAnswered } = server.send(hex(octets));
    assert.deepEqual(messages.map(messageToText), answer === undefined ? [] : [answer]);
    assert.equal(isAnswered, answer !== undefined);
    for (const { id, isResponse } of messages) assert.deepEqual([id, isResponse], [0x1234, true]);
  });
}

/** Questions that are settled before any zone is looked for. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  'version.bind TXT CH': ['REFUSED', 'ede 21 Only class IN is served'],
  'www.example.com A CH': ['REFUSED', 'ede 21 Only class IN is served'],
  'www.example.com A HS': ['REFUSED', 'ede 21 Only class IN is served'],
  'example.com AXFR': ['REFUSED', 'ede 21 Zone transfers are not offered'],
  'example.com IXFR': ['REFUSED', 'ede 21 Zone transfers are not offered'],
  'example.com TYPE253': ['NOTIMP'],
  'example.com TYPE254': ['NOTIMP'],
  'example.com OPT': ['FORMERR', 'ede 30'],
  'example.com TYPE250': ['FORMERR', 'ede 30'],
  'example.com TYPE249': ['FORMERR', 'ede 30'],
  'example.com TYPE128': ['FORMERR', 'ede 30'],
  'example.com TYPE0': ['FORMERR', 'ede 30'],
};

for (const [question, answer] of Object.entries(QUESTIONS)) {
  test(`${question}: ${answer[0]}`, () => assert.deepEqual(server.ask({ question, edns: {} }), answer));
}

test('What is no query is counted, and nothing else is done about it', () => {
  const { counters, send } = {
    counters: server.counters,
    send: (octets: string) => server.send(hex(octets)),
  };
  const before = counters.steps.ignored;
  send('1234');
  send(`1234 8000 ${WWW.slice(8)}`);
  assert.equal(counters.steps.ignored, before + 2);
});

test('RFC 2136 §3.1: what cannot be read as an update is malformed where updates are taken', () => {
  const updates = [{ key: 'transfer.example.com', zones: [] }];
  const taking = new Server({ transfers: transferSettings({ updates }) });
  // A type to be deleted, with data, and no zone: BIND's "malformeddeltype".
  const octets = '1234 2800 0000 0000 0001 0000 00 0001 00ff 00000000 0001 00';
  assert.deepEqual(taking.send(hex(octets)).messages.map(messageToText), [['FORMERR']]);
  assert.deepEqual(server.send(hex(octets)).messages.map(messageToText), [['NOTIMP']]);
});
