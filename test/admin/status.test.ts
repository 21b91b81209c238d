/** One picture of the server from what its parts know. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsText } from '../../runtime/admin/metrics/metrics.ts';
import { createObserver } from '../../runtime/admin/observe.ts';
import { statusPage } from '../../runtime/admin/page.ts';
import { healthText } from '../../runtime/admin/status-text.ts';
import { formatStatus } from '../../runtime/cli/verbs/status.ts';
import { aliasText } from '../../runtime/health/aliases/alias-status.ts';
import { fakeFacts, fakeSource, fakeStats, fakeTarget } from './fake-source.ts';

test('A pool is down when all its targets are, and degraded when some are', async () => {
  const { status } = await createObserver(fakeSource())();
  const pools = status.zones[0]?.pools.map(({ name, health }) => [name, health]);
  assert.deepEqual(pools, [
    ['us', 'degraded'],
    ['eu', 'down'],
    ['static', 'up'],
  ]);
});

test('A pool with a threshold is down below it, by weight', async () => {
  const ids = ['tcp://192.0.2.10:443', 'tcp://192.0.2.11:443'];
  const poolsWith = async (...upWhen: { percent: number; weights: number[] }[]) => {
    const [zone = assert.fail()] = fakeFacts().zones;
    const pools = upWhen.map((one) => ({ name: 'us', targets: ids, upWhen: one }));
    const facts = fakeFacts({ zones: [{ ...zone, pools }] });
    const { status } = await createObserver(fakeSource({ facts: () => facts }))();
    return status.zones[0]?.pools.map(({ health, upWhen: percent }) => `${health} ${percent}`);
  };
  const seen = await poolsWith(
    { percent: 60, weights: [1, 1] },
    { percent: 50, weights: [1, 1] },
    { percent: 60, weights: [1, 2] },
    { percent: 60, weights: [0, 1] },
  );
  assert.deepEqual(seen, ['down 60', 'degraded 50', 'degraded 60', 'degraded 60']);
});

test('A target whose first round is not over counts as up', async () => {
  const targets = [fakeTarget('tcp://192.0.2.10:443', 'unknown')];
  const { status } = await createObserver(fakeSource({ facts: () => fakeFacts({ targets }) }))();
  assert.deepEqual(
    status.zones[0]?.pools.map(({ health }) => health),
    ['up', 'up', 'up'],
  );
});

test('Counters stand beside the zone they belong to', async () => {
  const { status } = await createObserver(fakeSource())();
  const [zone] = status.zones;
  assert.equal(zone?.queries, 42);
  assert.equal(zone?.policyRuns, 20);
  assert.deepEqual(zone?.fallbacks, { throw: 4, budget: 2 });
  assert.equal(status.totals.fallbacks, 6);
  assert.equal(status.totals.answerRestarts, 2);
  assert.equal(status.totals.reloads, 7);
});

test('Files that serve nothing are no zones', async () => {
  const problem = { code: 'POLICY_ZONE', severity: 'error', message: 'Taken' } as const;
  const newcomer = {
    zone: 'example.com',
    file: 'policies/team/example.com.ts',
    state: 'refused-newcomer',
    problems: [problem],
    pools: [],
  } as const;
  const facts = fakeFacts({ zones: [...fakeFacts().zones, newcomer] });
  const { status } = await createObserver(fakeSource({ facts: () => facts }))();
  assert.equal(status.zones.length, 1);
  assert.deepEqual(status.refused, [{ file: 'policies/team/example.com.ts', problems: [problem] }]);
});

test('Each answer process is listed with its sandbox, and without when it does not reply', async () => {
  const { status } = await createObserver(
    fakeSource({ stats: () => Promise.resolve([fakeStats(101, 0)]) }),
  )();
  assert.deepEqual(
    status.processes.map(({ kind, index, pid }) => [kind, index, pid]),
    [
      ['control', undefined, process.pid],
      ['sandbox', undefined, 99],
      ['answer', 0, 100],
      ['answer', 1, 101],
      ['sandbox', 1, 1101],
    ],
  );
  assert.deepEqual(status.listening, ['127.0.0.1:5300']);
  assert.deepEqual(status.udpSockets, ['batched']);
});

test('The first end of signatures counts, in any process, and a warning tells of one that is near', async () => {
  const now = Date.now() / 1000;
  const ending = (pid: number, signaturesEnd: number) => {
    const stats = fakeStats(pid, 1);
    return { ...stats, zones: stats.zones.map((zone) => ({ ...zone, signaturesEnd })) };
  };
  const look = async (...ends: readonly number[]) => {
    const stats = ends.map((end, index) => ending(100 + index, end));
    return (await createObserver(fakeSource({ stats: () => Promise.resolve(stats) }))()).status;
  };
  const [day, soon, past] = [now + 86_400, now + 3600, now - 10].map(Math.floor) as [number, number, number];
  const unsigned = await look(0, 0);
  assert.deepEqual([unsigned.zones[0]?.signaturesEnd, unsigned.warnings], [0, []]);
  const well = await look(0, day);
  assert.deepEqual([well.zones[0]?.signaturesEnd, well.warnings], [day, []]);
  for (const [end, told] of [
    [soon, /^Signatures of example\.com expire at .*Z in an answer process/],
    [past, /^Signatures of example\.com expired at /],
  ] as const) {
    const near = await look(day, end);
    assert.equal(near.zones[0]?.signaturesEnd, end);
    assert.match(near.warnings.join('\n'), told);
  }
});

test('Recording is told of while it is on, and once it is off as long as anything was recorded', async () => {
  const counted = (written: number, dropped: number) => {
    const stats = fakeStats(100, 0);
    return { ...stats, counts: { ...stats.counts, recording: { written, dropped } } };
  };
  const statusWith = async (sample: number, written: number, dropped: number) => {
    const recording = { sample, full: false, folder: '/state/recordings' };
    const source = fakeSource({
      facts: () => fakeFacts({ recording }),
      stats: () => Promise.resolve([counted(written, dropped)]),
    });
    return (await createObserver(source)()).status.recording;
  };
  assert.equal(await statusWith(0, 0, 0), undefined);
  const recording = { full: false, folder: '/state/recordings' };
  assert.deepEqual(await statusWith(0.5, 0, 0), { ...recording, sample: 0.5, written: 0, dropped: 0 });
  assert.deepEqual(await statusWith(0, 3, 2), { ...recording, sample: 0, written: 3, dropped: 2 });
});

test('A pool whose target has no address is down, and what is known of targets is told with its age', async () => {
  const [zone = assert.fail()] = fakeFacts().zones;
  const pools = ['known.example', 'gone.example', 'unknown.example', 'new.example'].map((alias) => ({
    name: alias.split('.')[0] ?? '',
    targets: [],
    alias,
  }));
  const zones = ['example.com'];
  const since = Date.now() - 7000;
  const none = { addresses: [], since, isStale: false };
  const unknown = { addresses: null, isStale: false, problem: 'nothing comes back' };
  const aliases = [
    { target: 'unknown.example', zones, A: unknown, AAAA: none },
    { target: 'known.example', zones, A: { addresses: ['192.0.2.1'], since, isStale: true }, AAAA: none },
    { target: 'gone.example', zones, A: none, AAAA: none },
  ];
  const facts = fakeFacts({ zones: [{ ...zone, pools }], aliases });
  const { status, totals } = await createObserver(fakeSource({ facts: () => facts }))();
  assert.deepEqual(
    status.zones[0]?.pools.map((pool) => `${pool.name} ${healthText(pool)}`),
    ['known unchecked', 'gone down', 'unknown down', 'new down'],
  );
  assert.deepEqual(status.aliases.map(aliasText), [
    'example.com: alias of gone.example: A none, 7 s old; AAAA none, 7 s old',
    'example.com: alias of known.example: A 192.0.2.1, 7 s old, stale; AAAA none, 7 s old',
    'example.com: alias of unknown.example: A not known (nothing comes back); AAAA none, 7 s old',
  ]);
  assert.match(formatStatus(status), /alias of known\.example: A 192\.0\.2\.1, 7 s old, stale/);
  const metrics = metricsText(status, [], totals);
  for (const line of [
    'dnsteer_alias_known{target="unknown.example",type="A"} 0',
    'dnsteer_alias_stale{target="known.example",type="A"} 1',
    'dnsteer_alias_addresses{target="known.example",type="A"} 1',
    'dnsteer_alias_age_seconds{target="gone.example",type="AAAA"} 7',
    'dnsteer_pool_up{zone="example.com",pool="gone"} 0',
  ])
    assert.ok(metrics.includes(`${line}\n`), line);
  assert.doesNotMatch(metrics, /dnsteer_alias_addresses\{target="unknown\.example",type="A"\}/);
});

test('A target that is held back is told with since when and until when, in text and on the page', async () => {
  const [since, until] = [Date.UTC(2026, 11, 1, 10), Date.UTC(2026, 11, 1, 10, 10)];
  const held = new Map([['tcp://192.0.2.11:443', { since, until }]]);
  const { status } = await createObserver(fakeSource({ facts: () => fakeFacts({ held }) }))();
  const [pool] = status.zones[0]?.pools ?? [];
  assert.deepEqual(
    pool?.targets.map((one) => ({ state: one.state, held: one.held })),
    [
      { state: 'down', held: undefined },
      { state: 'up', held: { since, until } },
    ],
  );
  const told = / held back since 2026-12-01T10:00:00Z, until 2026-12-01T10:10:00Z if it is quiet/;
  assert.match(formatStatus(status), new RegExp(`192\\.0\\.2\\.11:443 up${told.source}`));
  const page = String(await statusPage(status, { refreshes: false }));
  assert.match(page, new RegExp(`192\\.0\\.2\\.11:443: up${told.source}`));
});
