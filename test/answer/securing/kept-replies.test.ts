/**
 * Replies that are kept, and signatures that are remembered, when what they were made with is over: a period of
 * signatures, a key, a version of the zone, a right clock.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SignAhead } from '../../../runtime/dnssec/signing/sign-ahead.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { messageToText } from '../message-text.ts';
import { Server } from '../server.ts';
import { KEYS, type SigningSource } from '../signing-source.ts';
import { assertMessageSigned } from './signed-message.ts';

const DAY = 86_400;
const NOW = 1_790_000_000;
const DO = 0x8000;

const QUESTIONS = [
  'www.example.com A',
  'www.example.com AAAA',
  'x.wild.example.com A',
  'decided.example.com A',
  'decided.example.com TXT',
  'x.pol.example.com A',
  'gone.example.com A',
  'nobody.example.com A',
  'example.com DNSKEY',
  'example.com SOA',
] as const;

/** A server with all that clears what it keeps, and a clock of wall time turned by hand. */
class Kept {
  now = NOW;
  readonly server: Server;
  readonly ahead: SignAhead;
  #version = 0;
  #signing: SigningSource = {};

  constructor(share = 1) {
    this.server = new Server({ seconds: () => this.now, share });
    const { memory, budget } = this.server.signing;
    this.ahead = new SignAhead(memory, budget, () => this.server.parts.packets?.clear());
  }

  /** As a publisher does it: the new version is there before the one before is closed. */
  publish(signing: SigningSource, address = '192.0.2.1'): void {
    const before = this.server.zones.find(ORIGIN, ORIGIN.length)?.attachment.signing;
    this.#version += 1;
    this.#signing = signing;
    const { attachment } = this.server.put({
      version: `0000000${this.#version % 10}`,
      records: `www 300 A ${address}\n*.wild 300 A ${address}\n`,
      policy: {
        hosts: {
          decided: { kind: 'records', records: { A: [address] } },
          '*.pol': { kind: 'records', records: { A: [address] } },
          gone: { kind: 'nxdomain' },
        },
      },
      signing,
    });
    const made = attachment.signing === 'failed' ? undefined : attachment.signing?.made;
    if (made !== undefined) this.ahead.add('example.com', made.signer, () => []);
    if (before !== undefined && before !== 'failed') before.made?.signer.close();
  }

  /** Fails unless what goes out is signed, now, by the key that is published now. */
  ask(question: string, transport: 'udp' | 'tcp'): Message {
    const [message = assert.fail()] = this.server.send({ question, edns: { flags: DO }, transport }).messages;
    const { isFailed, key = 0 } = this.#signing;
    if (isFailed === true) assert.match(messageToText(message)[0] ?? '', /^SERVFAIL/);
    else if (message.truncated) assert.equal(transport, 'udp');
    else {
      assertMessageSigned(message, { key: KEYS[key].publicKey, now: this.now });
      assert.ok([...message.answers, ...message.authorities].some(({ type }) => type === RRTYPE.RRSIG));
    }
    return message;
  }

  askAll(): void {
    for (const question of QUESTIONS) for (const over of ['udp', 'tcp'] as const) this.ask(question, over);
  }
}

const ORIGIN = Uint8Array.from(Buffer.from('\x07example\x03com\x00', 'latin1'));

test('A reply that is kept is signed anew when its period turns, and every time after that', () => {
  const kept = new Kept();
  kept.publish({});
  for (const end = NOW + 40 * DAY; kept.now < end; kept.now += DAY / 2) {
    kept.ahead.look();
    kept.askAll();
  }
  assert.ok(kept.server.counters.steps.packetHits > 500, `${kept.server.counters.steps.packetHits}`);
  kept.ahead.stop();
});

test('Whatever happens to the clock, the keys and the zone, no reply is signed by another key or at another time', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ ask: fc.constantFrom(...QUESTIONS), tcp: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: 1, max: 10 * DAY }) }) },
    // Clocks are set, ahead and back.
    { weight: 1, arbitrary: fc.record({ seconds: fc.integer({ min: -400 * DAY, max: 400 * DAY }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        key: fc.constantFrom(0 as const, 1 as const),
        denial: fc.constantFrom('chain' as const, 'compact' as const),
        isFailed: fc.boolean(),
        address: fc.constantFrom('192.0.2.1', '192.0.2.2'),
      }),
    },
  );
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 60 }),
      fc.constantFrom(1, 1e-6),
      (steps, share) => {
        const kept = new Kept(share);
        kept.publish({});
        for (const one of steps) {
          if ('seconds' in one) {
            kept.now += one.seconds;
            kept.ahead.look();
          } else if ('ask' in one) kept.ask(one.ask, one.tcp ? 'tcp' : 'udp');
          else {
            const { address, ...signing } = one;
            kept.publish(signing, address);
          }
        }
        kept.ahead.stop();
      },
    ),
    { numRuns: 60 },
  );
});
