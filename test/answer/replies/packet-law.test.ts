/**
 * The law of the packet cache: octet for octet, its replies are those of a server that makes each anew, whatever is
 * asked by whom, and whatever changes meanwhile.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Latencies, LatencyTable } from '../../../runtime/geo/latency/latency-table.ts';
import { readLatencies } from '../../../runtime/geo/latency/read-latencies.ts';
import type { ManifestData, PlanData } from '../../../runtime/rpc/plan.ts';
import type { RecordedLine } from '../../../runtime/rpc/recorded-line.ts';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { rcodeToText } from '../../../runtime/wire/iana/rcode.ts';
import { recordToText } from '../../../runtime/wire/record.ts';
import { targetNumber, tcpTarget } from '../../support/target-number.ts';
import { must, name } from '../../support/wire.ts';
import { type Ask, packetOf } from '../packet.ts';
import { GEO } from '../places.ts';
import { POOLS, runTree, type Tree, trees } from '../policy-tree.ts';
import { Server } from '../server.ts';

const RECORDS = `
static A 192.0.2.7
static A 192.0.2.8
mail MX 10 static
mail MX 20 many
${Array.from({ length: 25 }, (_, index) => `many A 192.0.2.${100 + index}`).join('\n')}
alias CNAME weighted
text TXT "${'x'.repeat(100)}"
long TXT "${'y'.repeat(250)}"
moved DNAME example.net.
cut NS ns.cut
ns.cut A 192.0.2.9
`;

const pool = (name: (typeof POOLS)[number]): PlanData => ({ kind: 'pool', pool: name });
const [one, two] = POOLS.map(pool) as [PlanData, PlanData];
const records: PlanData = { kind: 'records', records: { A: ['10.0.0.1'], TXT: ['text'] } };

function plansOf(weights: readonly number[]): PlanData[] {
  const shares = [one, two, records].map((plan, index) => ({ plan, weight: weights[index] ?? 0 }));
  const byLatency: PlanData = { kind: 'closestByLatency', of: [one, two] };
  const weighted: PlanData = { kind: 'weighted', of: shares };
  return [
    records,
    { kind: 'firstHealthy', of: [one, two] },
    weighted,
    { kind: 'weighted', of: [{ plan: weighted, weight: 1 }, ...shares] },
    { kind: 'weighted', of: [{ plan: { kind: 'nearest', of: [one, two] }, weight: 1 }, ...shares] },
    { kind: 'nearest', of: [one, two] },
    { kind: 'sticky', of: shares },
    { kind: 'fastest', of: [one, two] },
    { kind: 'weighted', of: [{ plan: { kind: 'leastLoaded', of: [two, one] }, weight: 1 }, ...shares] },
    { kind: 'rotate', of: one },
    { kind: 'rotate', of: { kind: 'firstHealthy', of: [two, one] }, count: 1 },
    { kind: 'cname', target: 'static.example.com.', ttl: 30 },
    { kind: 'cname', target: 'x.by.example.com.', ttl: 30 },
    { kind: 'nodata' },
    { kind: 'nxdomain' },
    { kind: 'refuse' },
    { kind: 'shed', of: [two, one], low: 0.2, high: 0.8 },
    { kind: 'weighted', of: shares, by: 'load' },
    byLatency,
    byLatency,
    { kind: 'weighted', of: [{ plan: byLatency, weight: 1 }, ...shares] },
  ];
}

/** A version of the zone. */
interface Version {
  readonly weights: readonly number[];
  readonly tree: Tree;
  readonly fixed: number;
}

const versions: fc.Arbitrary<Version> = fc.record({
  weights: fc.array(fc.constantFrom(0, 1, 2, 7), { minLength: 3, maxLength: 3 }),
  tree: trees(['client.ip', 'time.unix']),
  fixed: fc.nat(100),
});

const labels = [
  'static',
  'mail',
  'alias',
  'text',
  'long',
  'x.moved',
  'X.Moved',
  'x.cut',
  'weighted',
  'fixed',
  'by',
];
const asks: fc.Arbitrary<Ask & { readonly chance: number }> = fc.record(
  {
    question: fc
      .tuple(
        fc.constantFrom(...labels, 'x.by', 'y.by', 'none'),
        fc.constantFrom('', 'EXAMPLE.', 'example.'),
        fc.constantFrom('A', 'TXT', 'MX', 'ANY'),
      )
      .map(([label, middle, type]) => `${label}.${middle || 'Example.'}com ${type}`),
    from: fc.constantFrom('198.51.100.1', '192.0.2.1', '192.0.2.200', '2001:db8:a::1', '::1'),
    ecs: fc.constantFrom(
      '198.51.100.0/24',
      '203.0.113.0/24',
      '192.0.0.0/8',
      '2001:db8:a::/48',
      '2002:c633:6409::/48',
      '64:ff9b::c633:6400/120',
    ),
    edns: fc.record({ udpPayloadSize: fc.constantFrom(512, 1232), flags: fc.constantFrom(0, 0x8000) }),
    transport: fc.constantFrom('udp', 'tcp', 'tls', 'https'),
    chance: fc.constantFrom(0, 0.1, 0.4, 0.5, 0.6, 0.99),
  },
  { requiredKeys: ['question', 'from', 'chance'] },
);

type Event =
  | { readonly kind: 'ask'; readonly asks: readonly (Ask & { readonly chance: number })[] }
  | { readonly kind: 'health'; readonly pool: number; readonly state: 'up' | 'down' }
  | { readonly kind: 'measured'; readonly pool: number; readonly latencyMs: number; readonly load: number }
  | { readonly kind: 'latencies'; readonly table: number }
  | { readonly kind: 'later'; readonly hours: number }
  | { readonly kind: 'reload'; readonly version: Version }
  | { readonly kind: 'below'; readonly isThere: boolean };

const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), asks: fc.array(asks, { maxLength: 8 }) }),
  },
  fc.record({
    kind: fc.constant('health' as const),
    pool: fc.nat(1),
    state: fc.constantFrom('up', 'down'),
  }),
  fc.record({ kind: fc.constant('later' as const), hours: fc.integer({ min: 1, max: 30 }) }),
  versions.map((version) => ({ kind: 'reload' as const, version })),
  fc.record({ kind: fc.constant('below' as const), isThere: fc.boolean() }),
);

/** What plans go by is not recorded. */
const eventsAndValues = fc.oneof(
  { weight: 5, arbitrary: events },
  fc.record({
    kind: fc.constant('measured' as const),
    pool: fc.nat(1),
    latencyMs: fc.constantFrom(10, 20, 30),
    load: fc.constantFrom(0, 0.5, 1),
  }),
  fc.record({ kind: fc.constant('latencies' as const), table: fc.nat(2) }),
);

/** One of two servers that are told the same. */
class Half {
  readonly server: Server;
  readonly latencies = new Latencies();
  now = 0;
  #thrown = 0;
  #version = 0;

  constructor(packetSlots: number, isRecorded = false) {
    this.server = new Server({
      packetSlots,
      geo: { ...GEO, latencies: this.latencies },
      ...(isRecorded && { record: { sample: 1, full: true } }),
      memory: { leaves: 1000, policyOctets: 1_000_000, octets: 1_000_000 },
      clock: () => this.now,
      random: () => this.#throw(),
    });
  }

  put({ weights, tree, fixed }: Version): void {
    const plans = plansOf(weights);
    this.server.sandbox.script = (read) => plans[runTree(tree, read).leaf % plans.length];
    this.#version += 1;
    this.server.put({
      version: String(this.#version).padStart(8, '0'),
      records: RECORDS,
      policy: {
        pools: POOLS_OF_BOTH,
        hosts: {
          weighted: plans[2] ?? null,
          fixed: plans[fixed % plans.length] ?? null,
          by: null,
          '*.by': null,
        },
      },
    });
  }

  /** No number twice for one query. */
  #throw(): number {
    const thrown = this.#thrown;
    this.#thrown = (thrown + 0.37) % 1;
    return thrown;
  }

  /** The reply, as octets. */
  ask({ chance, ...ask }: Ask & { readonly chance: number }): string {
    this.#thrown = chance;
    const replies: string[] = [];
    const reply = (message: Uint8Array): unknown => replies.push(Buffer.from(message).toString('hex'));
    const { transport = 'udp', from: address = '' } = ask;
    this.server.responder.respond(packetOf(ask), { transport, address, reply });
    return replies.join();
  }
}

/** One of networks in networks, one that is mostly of places, and none. */
const TABLES = [
  '198.51.100.0/24,5,9\n198.51.100.128/25,9,5\n192.0.0.0/8,7,\n2001:db8:a::/47,9,1\nFR,1,2\nAU,,3',
  'US,9,1\n203.0.113.0/26,,\nDE,2,8',
].map((rows) => {
  const read = readLatencies(Buffer.from(`network,one,two\n${rows}`));
  return read.ok ? new LatencyTable(read.value) : assert.fail(read.problem.problem);
});

const POOLS_OF_BOTH: ManifestData['pools'] = Object.fromEntries(
  POOLS.map((name, index) => [
    name,
    {
      records: { A: [`192.0.2.${index + 1}`, `192.0.2.1${index + 1}`] },
      at: [50 * index, 10],
      check: { type: 'tcp', port: 80 },
    },
  ]),
);

test('A reply from memory is octet for octet what would have been made', () => {
  let asked = 0;
  let remembered = 0;
  fc.assert(
    fc.property(
      versions,
      fc.array(eventsAndValues, { minLength: 10, maxLength: 40 }),
      fc.constantFrom(2, 8, 1024),
      (first, history, packetSlots) => {
        const halves = [new Half(0), new Half(packetSlots)] as const;
        for (const half of halves) half.put(first);
        for (const event of history) {
          if (event.kind === 'ask') {
            // Once more each, since the second time may be from memory.
            for (const ask of [...event.asks, ...event.asks]) {
              const [made, taken] = [halves[0].ask(ask), halves[1].ask(ask)];
              assert.equal(taken, made, JSON.stringify(ask));
              asked += 1;
            }
          } else for (const half of halves) tell(half, event);
        }
        remembered += halves[1].server.counters.steps.packetHits;
        assert.deepEqual(halves[1].server.counters.queries(), halves[0].server.counters.queries());
        assert.deepEqual(halves[1].server.contradictions, halves[0].server.contradictions);
      },
    ),
    { numRuns: 300 },
  );
  assert.ok(remembered > asked / 8, `${remembered} of ${asked} were remembered`);
});

test('A reply that is recorded is octet for octet the one that would have been sent, and the line says what it rests on, made or kept', () => {
  let asked = 0;
  let remembered = 0;
  fc.assert(
    fc.property(versions, fc.array(eventsAndValues, { minLength: 5, maxLength: 20 }), (first, history) => {
      const halves = [new Half(1024), new Half(1024, true), new Half(0, true)] as const;
      let version = first;
      for (const half of halves) half.put(first);
      for (const event of history) {
        if (event.kind !== 'ask') for (const half of halves) tell(half, event);
        else
          for (const ask of [...event.asks, ...event.asks]) {
            const [sent, recorded] = halves.map((half) => half.ask(ask)) as [string, string];
            assert.equal(recorded, sent, JSON.stringify(ask));
            const [kept, made] = [lastLine(halves[1]), lastLine(halves[2])];
            assert.deepEqual({ ...kept, id: '' }, { ...made, id: '' }, JSON.stringify(ask));
            asked += 1;
            judge(kept, recorded, version);
          }
        if (event.kind === 'reload') ({ version } = event);
      }
      remembered += halves[1].server.counters.steps.packetHits;
      assert.deepEqual(halves[1].server.counters.queries(), halves[0].server.counters.queries());
      assert.deepEqual(halves[1].server.contradictions, halves[0].server.contradictions);
    }),
    { numRuns: 60 },
  );
  assert.ok(asked > 1000, `${asked} were asked`);
  assert.ok(remembered > asked / 20, `${remembered} of ${asked} lines were kept`);
});

function lastLine({ server }: Half): RecordedLine {
  return server.recorded().at(-1) ?? assert.fail('nothing is recorded');
}

/** A line against the reply, and against the policy: what it read is all that it takes to come to the same again. */
function judge(line: RecordedLine, octets: string, { tree, weights }: Version): void {
  const reply = must(decodeMessage(Buffer.from(octets, 'hex')));
  assert.equal(line.rcode, rcodeToText(reply.rcode));
  if (!reply.truncated)
    assert.deepEqual(
      line.answer.map((record) => record.toLowerCase()),
      reply.answers.map((record) => recordToText(record).toLowerCase()),
    );
  if (line.source !== 'policy' || line.host === undefined || line.reads.length === 0) return;
  const plans = plansOf(weights);
  const reads = new Map(line.reads);
  const { leaf } = runTree(tree, (fact) => {
    // The last name and type of a chain: those of the question, where it led nowhere.
    assert.ok(reads.has(fact) || fact === 'query.name', `${fact} of ${JSON.stringify(line)}`);
    return reads.has(fact) ? (reads.get(fact) ?? null) : line.name;
  });
  const plan = plans[leaf % plans.length];
  const isChain = line.answer.some((record) => / CNAME /.test(record));
  if (!isChain && (plan?.kind === 'nxdomain' || plan?.kind === 'nodata')) assert.deepEqual(line.answer, []);
  if (plan?.kind === 'refuse') assert.equal(line.rcode, 'REFUSED');
  if (plan?.kind === 'records' && line.type === 'TXT') assert.match(line.answer.join(), /"text"/);
}

function tell(half: Half, event: Exclude<Event, { kind: 'ask' }>): void {
  const { server } = half;
  switch (event.kind) {
    case 'health':
      server.setHealth(tcpTarget(`192.0.2.${event.pool + 1}:80`), event.state);
      break;
    case 'measured':
      server.health.setValues(
        targetNumber(tcpTarget(`192.0.2.${event.pool + 1}:80`)),
        event.latencyMs,
        event.load,
      );
      break;
    case 'latencies':
      half.latencies.table = TABLES[event.table];
      // As those settings have it that name another table.
      server.parts.packets?.clear();
      break;
    case 'later':
      half.now += event.hours * 3_600_000;
      break;
    case 'reload':
      half.put(event.version);
      break;
    case 'below':
      if (event.isThere) server.put({ zone: 'by.example.com', records: 'x A 192.0.2.77' });
      else server.zones.delete(name('by.example.com'));
      break;
  }
}
