/** Operators are told once that something began, and once that it is over; each recipient what it wants to know. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { ShownOverride } from '../../../runtime/admin/overrides/override-ask.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import type { NoticeMessage } from '../../../runtime/control/notices/notice.ts';
import { NoticeBoard } from '../../../runtime/control/notices/notice-board.ts';
import { tellOverride } from '../../../runtime/control/notices/override-notices.ts';
import { PoolNotices } from '../../../runtime/control/notices/pool-notices.ts';
import { runNoticeCommand } from '../../../runtime/control/notices/run-command.ts';
import { StandingNotices } from '../../../runtime/control/notices/standing.ts';
import type { AliasReport } from '../../../runtime/health/aliases/alias-keeper.ts';
import type { Target } from '../../../runtime/health/target.ts';
import type { Pool } from '../../../runtime/plan/plan.ts';
import type { AnswerStats } from '../../../runtime/rpc/answer-stats.ts';
import { fakeFacts, fakeStats } from '../../admin/fake-source.ts';
import { atEnd } from '../../support/at-end.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { until } from '../../support/until.ts';

/** Collects what would be told. */
class Heard {
  readonly texts: string[] = [];
  readonly #open = new Set<string>();

  began(kind: string, subject: string, text: string): void {
    if (this.#open.has(`${kind} ${subject}`)) return;
    this.#open.add(`${kind} ${subject}`);
    this.texts.push(`${kind}: ${text}`);
  }

  isKnown(): boolean {
    return false;
  }

  over(kind: string, subject: string, text: string): void {
    if (this.#open.delete(`${kind} ${subject}`)) this.texts.push(`${kind} over: ${text}`);
  }
}

const target = (id: string) => ({ id }) as Target;
const pool = (name: string, slots: readonly number[]) =>
  ({ name, sets: [{ type: 1, ttl: 30, rdatas: [], slots }] }) as unknown as Pool;
const change = (id: string, state: 'up' | 'down' | 'gone') => ({
  id,
  state,
  problem: state === 'down' ? 'Connection refused' : undefined,
  owner: 'shop.example',
});

test('A pool is down when all of its targets are, and up with the first; who is gone is down no more', () => {
  const heard = new Heard();
  const pools = new PoolNotices(heard);
  const [a, b] = ['tcp://a:1 every=10 timeout=5', 'tcp://b:1 every=10 timeout=5'];
  pools.setZone('shop.example', [target(a), target(b)], new Map([['eu', pool('eu', [0, 1, -1])]]));
  for (const told of [
    change(a, 'up'),
    change(a, 'down'),
    change(b, 'down'),
    change(b, 'up'),
    change(a, 'gone'),
  ])
    pools.note(told);
  assert.deepEqual(heard.texts, [
    'target: target tcp://a:1 is down: Connection refused',
    'target: target tcp://b:1 is down: Connection refused',
    'pool: pool shop.example/eu is down: none of its targets is up',
    'target over: target tcp://b:1 is up',
    'pool over: pool shop.example/eu is up',
    'target over: target tcp://a:1 is probed no more',
  ]);
  pools.note(change(a, 'down'));
  pools.note(change(b, 'down'));
  heard.texts.length = 0;
  pools.setZone('shop.example', []);
  assert.deepEqual(heard.texts, ['pool over: pool shop.example/eu is there no more']);
});

test('A pool with a threshold is down below it; what counts together is told of as a whole', () => {
  const heard = new Heard();
  const pools = new PoolNotices(heard);
  const [a, b, part] = [
    'all(tcp://a:1 every=10 timeout=5; tcp://c:1 every=10 timeout=5)',
    'tcp://b:1',
    'tcp://c:1',
  ];
  const most = { ...pool('eu', [0, 1]), upWhen: { percent: 60 } };
  pools.setZone('shop.example', [target(a), target(b)], new Map([['eu', most]]));
  pools.note(change(b, 'up'));
  pools.note({ ...change(part, 'down'), isPart: true });
  pools.note({ ...change(a, 'down'), problem: undefined });
  pools.note(change(a, 'up'));
  assert.deepEqual(heard.texts, [
    'target: target all(tcp://a:1; tcp://c:1) is down',
    'pool: pool shop.example/eu is down: 50 % of it is up, 60 % is wanted',
    'target over: target all(tcp://a:1; tcp://c:1) is up',
    'pool over: pool shop.example/eu is up',
  ]);
});

test('An override is told with who and why, and so is its end', () => {
  const heard = new Heard();
  const override: ShownOverride = {
    target: '*/eu',
    kind: 'drain',
    owner: 'anna',
    reason: 'switch',
    since: '2026-11-30T12:00:00.000Z',
    share: 0,
    pools: 2,
  };
  tellOverride({ what: 'began', override }, heard);
  tellOverride({ what: 'expired', override }, heard);
  assert.deepEqual(heard.texts, [
    'override: */eu is drained by anna since 2026-11-30T12:00:00Z: switch',
    'override over: expired: */eu is drained by anna since 2026-11-30T12:00:00Z: switch',
  ]);
});

test('What is wrong and stays so is told when it begins and when it is mended', async () => {
  const heard = new Map<string, ReadonlyMap<string, string>>();
  const [zone] = fakeFacts().zones;
  let stats: readonly AnswerStats[] = [fakeStats(1, 1)];
  let zones = zone === undefined ? [] : [zone];
  let aliases: readonly AliasReport[] = [];
  const standing = new StandingNotices({
    notices: { isOn: true, hold: (kind, texts) => void heard.set(kind, texts) },
    lastReload: () => ({
      number: 1,
      time: '2026-11-30T12:00:00.000Z',
      outcome: 'failed',
      problems: ['dnsteer.yaml:1:1: error: Unknown setting "lisen"'],
      changes: [],
      notices: [],
    }),
    zones: () => zones,
    stats: () => Promise.resolve(stats),
    processes: () => 1,
    certificateWarnings: () => ['The certificate expired'],
    keyWarnings: () => [],
    aliases: () => aliases,
  });
  const known = { addresses: ['192.0.2.1'], isStale: false } as const;
  const lost = { addresses: null, isStale: false, problem: 'no server listens there' } as const;
  aliases = [
    { target: 'fresh.example', zones: ['a.example'], A: known, AAAA: { ...lost, failures: 2 } },
    { target: 'gone.example', zones: ['a.example'], A: known, AAAA: { ...lost, failures: 3 } },
    {
      target: 'stale.example',
      zones: ['a.example', 'b.example'],
      A: { ...known, isStale: true, problem: 'nothing comes back', failures: 1 },
      AAAA: known,
    },
  ];
  const texts = (kind: string) =>
    [...(heard.get(kind) ?? [])].map(([subject, text]) => `${subject}: ${text}`);
  const problem = {
    code: 'POLICY_SYNTAX',
    severity: 'error',
    message: 'Expected ";"',
    file: 'a.ts',
    line: 3,
  } as const;
  zones = zones.map((one) => ({ ...one, state: 'degraded', problems: [problem] }));
  stats = stats.map((one) => ({ ...one, zones: one.zones.map((of) => ({ ...of, breaker: 'quarantined' })) }));
  await standing.look();
  assert.deepEqual(texts('reload'), [
    'settings: the settings could not be read again, and those before are in force: dnsteer.yaml:1:1: error: Unknown setting "lisen"',
    'example.com: example.com is degraded: a.ts:3: error: Expected ";"',
  ]);
  assert.deepEqual(texts('certificate'), ['The certificate expired: The certificate expired']);
  assert.deepEqual(texts('alias'), [
    'gone.example: the target gone.example of a.example cannot be resolved: AAAA (nothing is known): no server listens there',
    'stale.example: the target stale.example of a.example, b.example cannot be resolved: A (stale addresses are served): nothing comes back',
  ]);
  assert.match(texts('quarantine').join(), /^example\.com: the policy of example\.com is in quarantine/);
  heard.delete('quarantine');
  // A process that does not reply says nothing of what it has in quarantine.
  stats = [];
  await standing.look();
  assert.equal(heard.has('quarantine'), false);
});

test('Recipients get what they want; one that stays in the settings loses nothing', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-notices-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const script = path.join(folder, 'take.cjs');
  writeFileSync(
    script,
    `process.stdin.pipe(require('node:fs').createWriteStream(process.argv[2], { flags: 'a' }));`,
  );
  const clock = new HandClock();
  const notices = new NoticeBoard(silentLogger(), clock);
  atEnd(context, () => notices.stop());
  const command = (name: string, events?: ['pool']) => ({
    run: [process.execPath, script, path.join(folder, name)],
    timeout: 30,
    ...(events && { events }),
  });
  const read = (name: string): NoticeMessage[] => {
    try {
      const text = readFileSync(path.join(folder, name), 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as NoticeMessage);
    } catch {
      return [];
    }
  };
  assert.equal(notices.isOn, false);
  notices.use({ gather: 5, webhooks: [], commands: [command('all'), command('pools', ['pool'])] });
  notices.began('target', 't', 'target t is down');
  notices.began('target', 't', 'target t is down');
  notices.use({ gather: 5, webhooks: [], commands: [command('pools', ['pool']), command('all')] });
  notices.began('pool', 'shop.example/eu', 'pool shop.example/eu is down');
  notices.over('pool', 'shop.example/us', 'pool shop.example/us is up');
  notices.hold('keys', new Map([['k', 'keys are gone']]));
  notices.hold('keys', new Map());
  await clock.advance(5000);
  const [all, pools] = await until(
    () => Promise.resolve(['all', 'pools'].map(read)),
    (both) => both.every((messages) => messages.length === 1),
  );
  const told = (messages: readonly NoticeMessage[] = []) =>
    messages.flatMap(({ data }) => data.notices.map(({ state, text }) => `${state} ${text}`));
  assert.deepEqual(told(all), [
    'began target t is down',
    'began pool shop.example/eu is down',
    'began keys are gone',
    'over over: keys are gone',
  ]);
  assert.deepEqual(told(pools), ['began pool shop.example/eu is down']);
});

test('A command that fails, is not there, or never ends is told as such', async () => {
  const message = {
    id: 'msg_1',
    type: 'dnsteer.notices',
    timestamp: '',
    data: { server: '', summary: '', notices: [] },
  } as const;
  const run = async (...args: string[]) => {
    const outcome = await runNoticeCommand({ run: args, timeout: 1 }, message, new AbortController().signal);
    return outcome.ok ? 'ok' : outcome.problem.why;
  };
  assert.equal(await run(process.execPath, '-e', ''), 'ok');
  assert.equal(
    await run(process.execPath, '-e', 'console.error("no luck"); process.exit(3)'),
    'it ended with code 3: no luck',
  );
  assert.match(await run('/nowhere/at-all'), /^it cannot be run: it does not exist$/);
  assert.equal(await run(process.execPath, '-e', 'setInterval(() => {}, 1000)'), 'it was ended by SIGKILL');
});
