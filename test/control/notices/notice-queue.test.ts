/** Notices are gathered, sent again until they are taken, and summed up in a storm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../../runtime/base/log.ts';
import { fail, ok, type Result } from '../../../runtime/base/result.ts';
import type { Notice, NoticeMessage } from '../../../runtime/control/notices/notice.ts';
import { NoticeQueue, type NotTaken } from '../../../runtime/control/notices/notice-queue.ts';
import { HandClock } from '../../support/hand-clock.ts';

const OK: Result<void, NotTaken> = ok(undefined);
const notice = (subject: string, state: Notice['state'] = 'began'): Notice => ({
  kind: 'target',
  subject,
  state,
  text: `${subject} ${state}`,
  time: '2026-11-30T12:00:00.000Z',
});

function setUp() {
  const clock = new HandClock();
  const tries: NoticeMessage[] = [];
  const reply = { now: OK };
  const gathering = new NoticeQueue({
    recipient: 'Webhook http://hooks.example',
    deliver: (message) => {
      tries.push(message);
      return Promise.resolve(reply.now);
    },
    gatherMs: () => 5000,
    log: silentLogger(),
    clock,
  });
  return { clock, tries, reply, gathering };
}

test('What happens together is one message, in order; nothing happens, nothing is sent', async () => {
  const { clock, tries, gathering } = setUp();
  gathering.add(notice('a'));
  await clock.advance(3000);
  gathering.add(notice('a', 'over'));
  await clock.advance(1999);
  assert.equal(tries.length, 0);
  await clock.advance(1);
  assert.deepEqual(
    tries.map(({ data }) => [data.summary, data.notices.map(({ text }) => text)]),
    [['a began, and 1 more', ['a began', 'a over']]],
  );
  await clock.advance(3_600_000);
  assert.equal(tries.length, 1);
  assert.match(tries[0]?.id ?? '', /^msg_[0-9a-f]{32}$/);
});

test('A message that is not taken is sent again after growing pauses, under its id; the rest waits', async () => {
  const { clock, tries, reply, gathering } = setUp();
  reply.now = fail({ why: 'it replied 503' });
  gathering.add(notice('a'));
  const times: number[] = [];
  for (let count = 0; count < 5; count += 1) {
    const before = tries.length;
    while (tries.length === before) await clock.advance(1000);
    times.push(clock.now() / 1000);
  }
  assert.deepEqual(times, [5, 7, 11, 19, 35]);
  assert.equal(new Set(tries.map(({ id }) => id)).size, 1);
  assert.match(
    gathering.warning ?? '',
    /^Webhook http:\/\/hooks\.example cannot be told since \S+: it replied 503$/,
  );
  gathering.add(notice('b'));
  reply.now = OK;
  await clock.advance(60_000);
  assert.deepEqual(
    tries.slice(-2).map(({ data }) => data.summary),
    ['a began', 'b began'],
  );
  assert.equal(gathering.warning, undefined);
  assert.deepEqual(gathering.counts, { delivered: 2, failed: 5 });
});

test('A storm is a few messages, which count what they do not tell', async () => {
  const { clock, tries, gathering } = setUp();
  for (let second = 0; second < 120; second += 1) {
    for (let target = 0; target < 100; target += 1)
      gathering.add(notice(`t${target}`, second % 2 === 0 ? 'began' : 'over'));
    await clock.advance(1000);
  }
  await clock.advance(300_000);
  assert.ok(tries.length <= 5, `${tries.length} messages`);
  const total = tries.reduce(
    (sum, { data: { notices, more = {} } }) =>
      sum + notices.length + Object.values(more).reduce((all, count) => all + count, 0),
    0,
  );
  assert.equal(total, 12_000);
  assert.ok(tries.every(({ data }) => data.notices.length <= 50));
});

test('What is refused for good is not tried again; what is refused for a day is given up, and told as lost', async () => {
  const gone = setUp();
  gone.reply.now = fail({ why: 'it replied 410', isGone: true });
  gone.gathering.add(notice('a'));
  await gone.clock.advance(100_000);
  gone.gathering.add(notice('b'));
  await gone.clock.advance(100_000);
  assert.equal(gone.tries.length, 1);
  assert.match(gone.gathering.warning ?? '', /is told nothing any more/);

  const { clock, tries, reply, gathering } = setUp();
  reply.now = fail({ why: 'it replied 500' });
  gathering.add(notice('a'));
  await clock.advance(6000);
  gathering.add(notice('b'));
  await clock.advance(86_400_000 + 600_000);
  reply.now = OK;
  await clock.advance(1_300_000);
  const last = tries.at(-1);
  assert.deepEqual([last?.data.summary, last?.data.lost], ['b began', 1]);
});
