/** What waits, and what began, outlives a restart and a crash: nothing is lost, and nothing begins twice. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../../../runtime/base/log.ts';
import { endLeftBehind } from '../../../runtime/control/notices/left-behind.ts';
import type { NoticeMessage } from '../../../runtime/control/notices/notice.ts';
import { NoticeBoard } from '../../../runtime/control/notices/notice-board.ts';
import { MOST_OPEN } from '../../../runtime/control/notices/notice-file.ts';
import { tellOverride } from '../../../runtime/control/notices/override-notices.ts';
import { PoolNotices } from '../../../runtime/control/notices/pool-notices.ts';
import type { Target } from '../../../runtime/health/target.ts';
import { systemClock } from '../../../runtime/health/timer-clock.ts';
import type { Pool } from '../../../runtime/plan/plan.ts';
import { atEnd } from '../../support/at-end.ts';
import { until } from '../../support/until.ts';

const SECRET = 'whsec_cHV0IHlvdXIgb3duIHNlY3JldCBpbiBoZXJlISEhISE=';

interface Heard {
  readonly id: string;
  readonly texts: readonly string[];
}

/** A webhook that takes messages while it is open, and boards one after the other that tell it. */
async function setUp(context: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-notices-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'notices');
  const hook = { isOpen: true, tries: [] as string[], heard: [] as Heard[] };
  const receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.once('end', () => {
      const id = String(request.headers['webhook-id']);
      hook.tries.push(id);
      if (!hook.isOpen) return response.writeHead(503).end();
      // Whoever is cut off behind a message that was taken sends it again: recipients know it by its id.
      if (hook.heard.some((one) => one.id === id)) return response.writeHead(204).end();
      const { data } = JSON.parse(body) as NoticeMessage;
      hook.heard.push({
        id,
        texts: data.notices.map(
          ({ state, text, since }) => `${state}: ${text}${since === undefined ? '' : ' (since)'}`,
        ),
      });
      return response.writeHead(204).end();
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  atEnd(context, () => receiver.close());
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const start = (): NoticeBoard => {
    const board = new NoticeBoard(silentLogger(), systemClock, file);
    board.use({ gather: 0.05, webhooks: [{ url, secret: SECRET, events: undefined }], commands: [] });
    board.load();
    board.open();
    return board;
  };
  const kept = (pattern: RegExp) =>
    until(
      async () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
      (text) => pattern.test(text),
    );
  const heard = (count: number) =>
    until(
      async () => hook.heard,
      (all) => all.length >= count,
    );
  return { file, hook, start, kept, heard, folder };
}

test('A message that was not taken is sent again after a crash, under its id, and what gathered goes with the next', async (context) => {
  const { hook, start, kept, heard, file } = await setUp(context);
  hook.isOpen = false;
  const first = start();
  first.began('target', 'a', 'a is down');
  await until(
    async () => hook.tries.length,
    (count) => count > 0,
  );
  first.began('target', 'b', 'b is down');
  await kept(/b is down.*\n/);
  // The crash: the first board writes nothing any more, and the next reads what was there.
  const atCrash = readFileSync(file);
  await first.stop();
  writeFileSync(file, atCrash);
  hook.isOpen = true;
  const second = start();
  atEnd(context, () => second.stop());
  second.began('target', 'a', 'a is down');
  await heard(2);
  assert.equal(hook.heard[0]?.id, hook.tries[0]);
  assert.deepEqual(
    hook.heard.map(({ texts }) => texts),
    [['began: a is down'], ['began: b is down']],
  );
});

test('What began before is told to be over, with since when; and to begin no second time', async (context) => {
  const { hook, start, heard } = await setUp(context);
  const first = start();
  first.began('target', 'a', 'a is down');
  await heard(1);
  await first.stop();
  const second = start();
  second.began('target', 'a', 'a is down');
  second.over('target', 'a', 'a is up');
  await heard(2);
  await second.stop();
  const third = start();
  atEnd(context, () => third.stop());
  third.over('target', 'a', 'a is up');
  third.began('target', 'c', 'c is down');
  await heard(3);
  assert.deepEqual(
    hook.heard.map(({ texts }) => texts),
    [['began: a is down'], ['over: a is up (since)'], ['began: c is down']],
  );
});

test('A window of maintenance that goes on over a restart begins once; another time of it is news', async (context) => {
  const { hook, start, heard } = await setUp(context);
  const override = (since: string) =>
    ({
      kind: 'drain',
      target: 'shop.example/eu',
      owner: 'maintenance',
      window: 'w',
      since,
      pools: 1,
    }) as const;
  const first = start();
  tellOverride({ what: 'began', override: override('2026-12-01T10:00:00.000Z') }, first);
  await heard(1);
  await first.stop();
  const second = start();
  atEnd(context, () => second.stop());
  tellOverride({ what: 'began', override: override('2026-12-01T10:00:00.000Z') }, second);
  tellOverride({ what: 'began', override: override('2026-12-08T10:00:00.000Z') }, second);
  await heard(2);
  assert.deepEqual(
    hook.heard[1]?.texts.map((text) => text.slice(0, 15)),
    ['over: replaced:', 'began: shop.exa'],
  );
});

test('A pool that was down is not up because nothing is known yet, and what is there no more is over', async (context) => {
  const { hook, start, heard } = await setUp(context);
  const [a, b] = ['tcp://a:1', 'tcp://b:1'];
  const targets = [{ id: a }, { id: b }] as Target[];
  const pools = new Map([
    ['eu', { name: 'eu', sets: [{ type: 1, ttl: 30, rdatas: [], slots: [0, 1] }] } as unknown as Pool],
  ]);
  const change = (id: string, state: 'up' | 'down') => ({
    id,
    state,
    problem: undefined,
    owner: 'shop.example',
  });
  const first = start();
  const before = new PoolNotices(first);
  before.setZone('shop.example', targets, pools);
  before.note(change(a, 'down'));
  before.note(change(b, 'down'));
  first.began('override', 'drain gone.example/eu', 'gone.example/eu is drained');
  await heard(1);
  await first.stop();

  const second = start();
  atEnd(context, () => second.stop());
  const after = new PoolNotices(second);
  after.setZone('shop.example', targets, pools);
  after.note(change(a, 'down'));
  assert.ok(second.openOf('pool').has('shop.example/eu'), 'nothing is known of b');
  endLeftBehind({
    notices: second,
    poolNotices: after,
    monitor: { snapshot: () => [{ id: a }] },
    overrides: { shown: () => [] },
  });
  after.note(change(b, 'up'));
  await heard(2);
  assert.deepEqual(hook.heard[1]?.texts, [
    'over: there no more: target tcp://b:1 is down (since)',
    'over: there no more: gone.example/eu is drained (since)',
    'over: pool shop.example/eu is up (since)',
  ]);
});

test('A damaged file is passed over line by line, and the file is bounded', async (context) => {
  const { file, start, hook, heard, kept } = await setUp(context);
  const notice = {
    kind: 'target',
    subject: 'a',
    state: 'began',
    text: 'a is down',
    time: '2026-12-01T10:00:00.000Z',
  };
  const lines = [
    '{"dnsteer":"notices","format":1}',
    '{"notice":{"kind":"nonsense"}}',
    '{"recipient":"x","queue":{"told":7}}',
    '{',
    'null',
    JSON.stringify({ notice }),
    '{"notice":{"ki',
  ];
  writeFileSync(file, lines.join('\n'));
  const board = start();
  atEnd(context, () => board.stop());
  board.over('target', 'a', 'a is up');
  await heard(1);
  assert.deepEqual(hook.heard[0]?.texts, ['over: a is up (since)']);
  for (let count = 0; count <= MOST_OPEN; count += 1) board.began('target', `t${count}`, 'down');
  await kept(new RegExp(`"t${MOST_OPEN - 1}"`));
  assert.ok(readFileSync(file, 'utf8').split('\n').length <= MOST_OPEN + 4);
});
