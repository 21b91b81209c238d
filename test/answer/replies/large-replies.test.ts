/** Signed replies are kept however large, and are octet for octet what would have been made; of unsigned zones they are not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Exchange } from '../../../runtime/answer/exchange.ts';
import { run } from '../../../runtime/answer/pipeline.ts';
import type { PlanData } from '../../../runtime/rpc/plan.ts';
import type { Transport } from '../../../runtime/wire/transport.ts';
import { packetOf } from '../packet.ts';
import { GEO } from '../places.ts';
import { Server } from '../server.ts';

const DO = 0x8000;
const RECORDS = `
${Array.from({ length: 9 }, (_, index) => `many A 192.0.2.${index}`).join('\n')}
text TXT "${'x'.repeat(250)}"
alias CNAME many
mail MX 10 many
*.wild A 192.0.2.1
cut NS ns.cut
ns.cut A 192.0.2.2
`;
const pool = (named: string): PlanData => ({ kind: 'pool', pool: named });

function serverOf(isSigned: boolean): Server {
  const server = new Server({ packetSlots: 1024 });
  server.put({
    records: RECORDS,
    policy: {
      pools: { one: { records: { A: ['192.0.2.3'] } }, two: { records: { A: ['192.0.2.4', '192.0.2.5'] } } },
      hosts: {
        none: { kind: 'nodata' },
        gone: { kind: 'nxdomain' },
        chosen: { kind: 'weighted', of: [pool('one'), pool('two')].map((plan) => ({ plan, weight: 1 })) },
        '*.by': pool('two'),
      },
    },
    ...(isSigned && { signing: {} }),
  });
  return server;
}

interface Asked {
  readonly question: string;
  readonly transport: Transport;
  readonly flags: number;
  readonly size: number;
}

const LABELS = [
  'many',
  'text',
  'alias',
  'mail',
  'x.wild',
  'y.wild',
  'x.cut',
  'none',
  'gone',
  'nobody',
  'chosen',
];
const asked: fc.Arbitrary<Asked> = fc.record({
  question: fc
    .tuple(
      fc.constantFrom(...LABELS, 'x.by', 'Many', ''),
      fc.constantFrom('A', 'AAAA', 'TXT', 'MX', 'DNSKEY'),
    )
    .map(([label, type]) => `${label}${label && '.'}example.com ${type}`),
  transport: fc.constantFrom('udp', 'tcp'),
  flags: fc.constantFrom(0, DO),
  size: fc.constantFrom(512, 1232),
});

/** A server, with its pipeline at hand: with what it keeps, and without. */
class Desk {
  thrown = 0;
  readonly server: Server;
  readonly #exchange: Exchange;

  constructor(isSigned: boolean) {
    this.server = serverOf(isSigned);
    this.#exchange = new Exchange(GEO, this.server.health, { random: () => this.thrown });
  }

  ask(one: Asked, isKept: boolean): Buffer {
    const { question, transport, flags, size } = one;
    const exchange = this.#exchange;
    const packet = packetOf({ question, edns: { flags, udpPayloadSize: size } });
    exchange.begin(packet, { transport, address: '192.0.2.53', reply: () => {} });
    const { packets, ...parts } = this.server.parts;
    assert.ok(packets);
    assert.equal(run(exchange, isKept ? { ...parts, packets } : parts), 'reply');
    return Buffer.from(exchange.writer.message());
  }
}

test('A large reply from memory is octet for octet what is made without', () => {
  const desk = new Desk(true);
  const { steps } = desk.server.counters;
  let large = 0;
  const asks = fc.array(fc.tuple(asked, fc.constantFrom(0.1, 0.9)), { minLength: 3, maxLength: 10 });
  const law = fc.property(asks, (all) => {
    desk.server.parts.packets?.clear();
    for (const [one, thrown] of [...all, ...all]) {
      desk.thrown = thrown;
      const before = steps.packetHits;
      const reply = desk.ask(one, true);
      if (steps.packetHits > before && reply.length > 300) large += 1;
      // Signatures are the same: they are found by what they sign.
      assert.deepEqual(reply, desk.ask(one, false), JSON.stringify(one));
    }
  });
  fc.assert(law, { numRuns: 300 });
  assert.ok(large > 300, `${large} were large and taken`);
});

test('Large replies of unsigned zones are made anew, as ever, and so are those without signatures', () => {
  const one: Asked = { question: 'text.example.com TXT', transport: 'udp', flags: DO, size: 1232 };
  for (const [isSigned, flags, hits] of [
    [true, DO, 1],
    [true, 0, 0],
    [false, DO, 0],
  ] as const) {
    const desk = new Desk(isSigned);
    for (let count = 0; count < 2; count += 1) desk.ask({ ...one, flags }, true);
    assert.equal(desk.server.counters.steps.packetHits, hits);
  }
});
