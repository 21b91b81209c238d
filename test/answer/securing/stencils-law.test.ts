/**
 * The law of replies that are taken from stencils, denials and what wildcards answer: in any zone, whatever was asked
 * before, each is octet for octet what a new version of the same zone makes, which has none.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlanData } from '../../../runtime/rpc/plan.ts';
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
  hosts: fc
    .option(labels.filter((host) => !host.slice(1).includes('*')))
    .map((host): Hosts => (host === null ? {} : { [host]: { kind: 'nodata' } })),
});
const spelling = fc.constantFrom('example.com', 'Example.COM');
const question = fc
  .record({ labels: fc.option(labels), spelling, type: fc.constantFrom('A', 'TXT', 'DS', 'NSEC', 'SOA') })
  .map((asked) => `${asked.labels === null ? '' : `${asked.labels}.`}${asked.spelling} ${asked.type}`);

type Hosts = Readonly<Record<string, PlanData>>;
interface ZoneSource {
  readonly records: readonly { readonly owner: string; readonly type: keyof typeof RDATAS }[];
  readonly primary: string;
  readonly hosts: Hosts;
}

/** Wildcards of records and of hosts that answer from the same pool, and names between those they stand in for. */
const pool: PlanData = { kind: 'pool', pool: 'all' };
const wildcardZone = fc.record({
  records: fc
    .array(fc.record({ owner: labels, type: fc.constantFrom('A', 'TXT') }), { maxLength: 5 })
    .map((others) => [...others, { owner: '*.a', type: 'A' }, { owner: '*.b.a', type: 'MX' }] as const),
  primary: fc.constantFrom(NOWHERE, 'ns.example.com.', 'n.a.b.example.com.'),
  hosts: fc.constant<Hosts>({
    '*.p': pool,
    '*.q': pool,
    // Signed at the name asked.
    '*.named': pool,
    '*.b': { kind: 'weighted', of: [1, 2].map((weight) => ({ plan: pool, weight })) },
    '*.ttl': { kind: 'records', records: { A: ['192.0.2.9'] }, ttl: 7 },
    '*.alias': { kind: 'cname', target: 'x.a' },
  }),
});
const belowWildcard = fc
  .record({
    below: fc.constantFrom('c', 'dd', 'c.d', 'E', '!', 'a'),
    of: fc.constantFrom('a', 'b.a', 'p', 'P', 'q', 'b', 'ttl', 'alias', 'named'),
    spelling,
    type: fc.constantFrom('A', 'A', 'A', 'TXT', 'MX'),
  })
  .map(({ below, of, spelling: zoneName, type }) => `${below}.${of}.${zoneName} ${type}`);

const POOLS = { all: { records: { A: ['192.0.2.7', '192.0.2.8'], TXT: ['pool'] } } };

function put(server: Server, { records, primary, hosts }: ZoneSource): void {
  server.put({
    primary,
    records: [...new Set(records.map(({ owner, type }) => `${owner} 60 ${type} ${RDATAS[type]}\n`))].join(''),
    ...(Object.keys(hosts).length > 0 && { policy: { hosts, pools: POOLS } }),
    signing: { byName: ['*.named'] },
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

interface Reply {
  readonly reply: Buffer;
  readonly isAnswer: boolean;
  readonly isTaken: boolean;
}

/** Asks, and tells whether a reply was taken as it was kept: nobody has looked for a signature, or made one. */
function askAndLook(server: Server, question: string, size: number): Reply {
  const { memory, budget } = server.signing;
  const before = memory.found + budget.made + budget.putOff;
  const reply = ask(server, question, size);
  const isAnswer = reply.readUInt16BE(6) > 0;
  const isWhole = isAnswer || reply.readUInt16BE(8) > 0;
  return { reply, isAnswer, isTaken: isWhole && memory.found + budget.made + budget.putOff === before };
}

/** Where the SOA may mention a part of the name that is not there, a pointer to it is left to chance, and so is its case. */
function octetsOrText(reply: Buffer, { primary }: ZoneSource): unknown {
  if (primary === NOWHERE) return reply;
  return messageToText(must(decodeMessage(reply))).map((line) => line.toLowerCase());
}

/** Runs the law; counts what was taken, what of it for names of a new length, and what of it answers. */
function obey(
  zones: fc.Arbitrary<ZoneSource>,
  questions: fc.Arbitrary<string[]>,
  runs: ReturnType<typeof lawRuns>,
): { readonly taken: number; readonly shifted: number; readonly answers: number } {
  let [taken, shifted, answers] = [0, 0, 0];
  const sizes = fc.constantFrom(512, 700, 1232);
  const law = fc.property(zones, questions, sizes, (source, asked, size) => {
    const room = source.primary === NOWHERE ? size : 1232;
    // Replies are not kept in any other way.
    const server = new Server({ packetSlots: 0 });
    put(server, source);
    const lengths = new Set<number>();
    const replies = asked.map((one) => {
      const { reply, isTaken, isAnswer } = askAndLook(server, one, room);
      if (isTaken) taken += 1;
      if (isTaken && isAnswer) answers += 1;
      if (isTaken && !lengths.has(one.length)) shifted += 1;
      lengths.add(one.length);
      return reply;
    });
    for (const [index, one] of asked.entries()) {
      // Signatures are the same: they are found by what they sign.
      put(server, source);
      const { reply, isTaken } = askAndLook(server, one, room);
      assert.ok(!isTaken);
      const before = replies[index] ?? assert.fail();
      assert.deepEqual(octetsOrText(before, source), octetsOrText(reply, source), one);
    }
  });
  fc.assert(law, runs);
  return { taken, shifted, answers };
}

test('A denial from a stencil is octet for octet what would have been made', () => {
  const { taken, shifted } = obey(zone, fc.array(question, { minLength: 4, maxLength: 12 }), RUNS);
  assert.ok(
    taken > 0.5 * RUNS.numRuns && shifted > 0.1 * RUNS.numRuns,
    `${taken} were taken, ${shifted} of them for names of a new length`,
  );
});

test('So is an answer of a wildcard', () => {
  const runs = lawRuns(30, 1000, 1);
  const questions = fc.array(belowWildcard, { minLength: 12, maxLength: 24 });
  const { shifted, answers } = obey(wildcardZone, questions, runs);
  assert.ok(
    answers > runs.numRuns && shifted > 0.1 * runs.numRuns,
    `${answers} answers were taken, ${shifted} replies for names of a new length`,
  );
});
