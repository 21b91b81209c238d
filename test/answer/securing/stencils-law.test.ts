/**
 * The law of denials that are taken from stencils: in any zone, whatever was asked before, each is octet for octet what
 * a new version of the same zone makes, which has none.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { lawRuns } from '../../support/fuzz.ts';
import { must } from '../../support/wire.ts';
import { messageToText } from '../message-text.ts';
import { packetOf } from '../packet.ts';
import { Server } from '../server.ts';

const RUNS = lawRuns(100, 2000);
const DO = 0x8000;
const NOWHERE = 'ns.example.net.';
const RDATAS = {
  A: '192.0.2.1',
  TXT: 'v',
  MX: '0 ns',
  CNAME: 'a.b',
  DNAME: 'b.a',
  NS: 'ns.example.net.',
  DS: `1 13 2 ${'00'.repeat(32)}`,
};

const label = fc.constantFrom('a', 'b', 'B', '*', '!', '#', 'ab', 'x'.repeat(63), 'ns');
const labels = fc
  .array(label, { minLength: 1, maxLength: 4 })
  .map((all) => all.join('.'))
  .filter((all) => all.length < 240);
const record = fc
  .record({ owner: labels, type: fc.constantFrom(...(Object.keys(RDATAS) as (keyof typeof RDATAS)[])) })
  .filter(({ owner, type }) => type !== 'NS' || !owner.startsWith('*'));
const zone = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 12 }),
  // The first is nowhere near; names that the SOA alone mentions are compressed in some replies, and not in others.
  primary: fc.constantFrom(NOWHERE, 'ns.example.com.', 'n.a.b.example.com.'),
  // A policy may deny beside it, and is not to be mistaken for records.
  host: fc.option(labels.filter((host) => !host.slice(1).includes('*'))),
});
const spelling = fc.constantFrom('example.com', 'Example.COM');
const question = fc
  .record({ labels: fc.option(labels), spelling, type: fc.constantFrom('A', 'TXT', 'DS', 'NSEC', 'SOA') })
  .map((asked) => `${asked.labels === null ? '' : `${asked.labels}.`}${asked.spelling} ${asked.type}`);

type ZoneSource = typeof zone extends fc.Arbitrary<infer Source> ? Source : never;

function put(server: Server, { records, primary, host }: ZoneSource): void {
  server.put({
    primary,
    records: [...new Set(records.map(({ owner, type }) => `${owner} 60 ${type} ${RDATAS[type]}\n`))].join(''),
    ...(host !== null && { policy: { hosts: { [host]: { kind: 'nodata' } } } }),
    signing: {},
  });
}

function ask(server: Server, question: string, size = 1232): Buffer {
  let reply = Buffer.alloc(0);
  const edns = { flags: DO, udpPayloadSize: size };
  server.responder.respond(packetOf({ question, edns }), {
    transport: 'udp',
    address: '192.0.2.53',
    reply: (message) => {
      reply = Buffer.from(message);
    },
  });
  return reply;
}

/** Asks, and tells whether a denial was taken as it was kept: nobody has looked for a signature, or made one. */
function askAndLook(server: Server, question: string, size: number): { reply: Buffer; isTaken: boolean } {
  const { memory, budget } = server.signing;
  const before = memory.found + budget.made + budget.putOff;
  const reply = ask(server, question, size);
  const isDenied = reply.readUInt16BE(6) === 0 && reply.readUInt16BE(8) > 0;
  return { reply, isTaken: isDenied && memory.found + budget.made + budget.putOff === before };
}

/** Where the SOA may mention a part of the name that is not there, a pointer to it is left to chance, and so is its case. */
function octetsOrText(reply: Buffer, { primary }: ZoneSource): unknown {
  if (primary === NOWHERE) return reply;
  return messageToText(must(decodeMessage(reply))).map((line) => line.toLowerCase());
}

test('A denial from a stencil is octet for octet what would have been made', () => {
  let [taken, shifted] = [0, 0];
  const sizes = fc.constantFrom(512, 700, 1232);
  const law = fc.property(
    zone,
    fc.array(question, { minLength: 4, maxLength: 12 }),
    sizes,
    (source, questions, size) => {
      const room = source.primary === NOWHERE ? size : 1232;
      // Replies are not kept in any other way.
      const server = new Server({ packetSlots: 0 });
      put(server, source);
      const lengths = new Set<number>();
      const replies = questions.map((asked) => {
        const { reply, isTaken } = askAndLook(server, asked, room);
        if (isTaken) taken += 1;
        if (isTaken && !lengths.has(asked.length)) shifted += 1;
        lengths.add(asked.length);
        return reply;
      });
      for (const [index, asked] of questions.entries()) {
        // Signatures are the same: they are found by what they sign.
        put(server, source);
        const { reply, isTaken } = askAndLook(server, asked, room);
        assert.ok(!isTaken);
        const before = replies[index] ?? assert.fail();
        assert.deepEqual(octetsOrText(before, source), octetsOrText(reply, source), asked);
      }
    },
  );
  fc.assert(law, RUNS);
  assert.ok(
    taken > 0.5 * RUNS.numRuns && shifted > 0.1 * RUNS.numRuns,
    `${taken} were taken, ${shifted} of them for names of a new length`,
  );
});
