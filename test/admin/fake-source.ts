/** A server for the admin tests: one zone with two pools, two answer processes, numbers that can be told apart. */
import type { AdminSource, ServerFacts } from '../../runtime/admin/source.ts';
import { Histogram } from '../../runtime/base/meter.ts';
import { fail, ok } from '../../runtime/base/result.ts';
import { configSchema } from '../../runtime/config/schema.ts';
import type { TargetReport } from '../../runtime/health/reports.ts';
import type { AnswerStats } from '../../runtime/rpc/answer-stats.ts';
import type { ExplainAsk, Explanation } from '../../runtime/rpc/explanation.ts';
import { noProcessCounts } from '../../runtime/rpc/process-counts.ts';

const BATCHED = { kind: 'batched' } as const;

export function fakeFacts(changes: Partial<ServerFacts> = {}): ServerFacts {
  return {
    secondaries: [],
    signingOf: () => undefined,
    dynamicCountOf: () => undefined,
    version: '1.2.3',
    startedAt: Date.now() - 90_000,
    configFile: undefined,
    policies: 'policies',
    zones: [
      {
        zone: 'example.com',
        file: 'policies/example.com.ts',
        version: '1a2b3c4d',
        state: 'live',
        problems: [],
        loadedAt: Date.UTC(2026, 10, 23),
        pools: [
          { name: 'us', targets: ['tcp://192.0.2.10:443', 'tcp://192.0.2.11:443'] },
          { name: 'eu', targets: ['tcp://192.0.2.10:443'] },
          { name: 'static', targets: [] },
        ],
      },
    ],
    targets: [fakeTarget('tcp://192.0.2.10:443', 'down'), fakeTarget('tcp://192.0.2.11:443', 'up')],
    answer: [
      { index: 0, pid: 100, state: 'listening', listening: ['127.0.0.1:5300'], udp: BATCHED, restarts: 0 },
      { index: 1, pid: 101, state: 'listening', listening: ['127.0.0.1:5300'], udp: BATCHED, restarts: 2 },
    ],
    trials: { pid: 99, rssBytes: 30_000_000, restarts: 0 },
    reloads: 7,
    reloadFailures: 1,
    lastFailures: new Map(),
    contradictions: new Map(),
    transferable: new Set(),
    warnings: [],
    unkept: [],
    lastReload: undefined,
    notReady: [],
    ...changes,
  };
}

export function fakeTarget(id: string, state: TargetReport['state']): TargetReport {
  return { id, probed: id, type: 'tcp', address: id.slice(6), state, since: 0, owners: ['example.com'] };
}

/** Of each process. */
const LOOP = {
  turnSeconds: observed(0.000_2),
  delaySeconds: observed(0.001),
  longestTurnSeconds: 0.012,
  longestDelaySeconds: 0.02,
  stalls: 1,
};

function observed(seconds: number) {
  const histogram = new Histogram();
  histogram.observe(seconds);
  return histogram.data();
}

export function fakeStats(pid: number, queries: number): AnswerStats {
  const decisions = new Histogram();
  decisions.observe(0.001);
  return {
    pid,
    rssBytes: 50_000_000,
    cpuMicros: 1_500_000,
    queries: [{ zone: 'example.com', type: 'A', rcode: 'NOERROR', transport: 'udp', count: queries }],
    zones: [
      {
        zone: 'example.com',
        version: '1a2b3c4d',
        runs: 10,
        fallbacks: { throw: 2, budget: 1 },
        memoHits: 5,
        unremembered: { random: 3 },
        contradictions: 1,
        signaturesEnd: 0,
        breaker: 'closed',
        leaves: 8,
      },
    ],
    counts: {
      ...noProcessCounts(),
      steps: {
        ...noProcessCounts().steps,
        ignored: 4,
        decisionSeconds: decisions.data(),
        runSeconds: decisions.data(),
        memoHits: 5,
        packetHits: 3,
        memoMisses: 10,
        memoJoins: 4,
        memoRechecks: 2,
        memoAhead: 1,
      },
      transport: { ...noProcessCounts().transport, clients: 3 },
      cookies: { client: 3, invalid: 1, valid: 2 },
      limited: { dropped: 7, slipped: 6, leaked: 0, told: 0 },
      memory: { evictions: 6, octets: 4096 },
      sandbox: { restarts: 1 },
      loop: LOOP,
    },
    sandbox: { pid: pid + 1000, rssBytes: 40_000_000, restarts: 1, pending: 0 },
  };
}

export interface FakeSource extends AdminSource {
  readonly asked: ExplainAsk[];
  /** Zones that were to be released. */
  readonly released: string[];
}

export function fakeSource(options: Partial<AdminSource> = {}): FakeSource {
  const asked: ExplainAsk[] = [];
  const released: string[] = [];
  return {
    facts: () => fakeFacts(),
    stats: () => Promise.resolve([fakeStats(100, 30), fakeStats(101, 12)]),
    explain: (ask) => {
      asked.push(ask);
      return Promise.resolve(ok(fakeExplanation(ask)));
    },
    asked,
    dynamicRecords: () => [],
    signing: () => ({ dnssec: configSchema.parse({}).dnssec, state: './state' }),
    release: (zone) => {
      released.push(zone);
      return Promise.resolve(zone === 'example.com' ? 'released' : undefined);
    },
    released,
    push: (name) => (name === 'db' ? { targets: 2 } : { targets: 0, ...(name === 'bd' && { meant: 'db' }) }),
    pushLatencies: (octets, kind) =>
      Promise.resolve(
        octets.length === 0
          ? fail('Cannot use the latencies: line 0: it has no heading')
          : ok({ source: 'api', file: `state/${kind}.csv`, rows: 1, pools: 2 }),
      ),
    dropLatencies: () => Promise.resolve(true),
    override: () => Promise.resolve({ kind: 'unknown', why: 'No zone' }),
    reload: () => 1,
    roll: () => Promise.resolve(undefined),
    transfer: () => undefined,
    ...options,
  };
}

export function fakeExplanation({ name, type }: { name: string; type: string }): Explanation {
  return {
    name,
    type,
    client: { country: 'DE', subnet: '203.0.113.0/24' },
    zone: 'example.com',
    version: '1a2b3c4d',
    file: 'policies/example.com.ts',
    followed: [],
    source: 'policy',
    host: 'www',
    reads: [['client.country', 'DE']],
    plan: {
      kind: 'firstHealthy',
      of: [
        { kind: 'pool', pool: 'us' },
        { kind: 'pool', pool: 'eu' },
      ],
    },
    steering: [
      { depth: 0, subject: 'us', verdict: 'dropped', why: 'health: down' },
      { depth: 0, subject: 'eu', verdict: 'chosen', why: 'health: up' },
    ],
    rcode: 'NOERROR',
    answer: [`${name} 30 IN ${type} 198.51.100.20`],
    authority: [],
    ecsScope: 24,
    policyMicros: 120,
    totalMicros: 480,
  };
}
