/** Who takes over when a process is lost, and how soon. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mock, test } from 'node:test';
import { SandboxPair } from '../../../runtime/runner/process/pair.ts';
import { DEFAULT_SANDBOX } from '../../../runtime/runner/process/program.ts';
import type { SandboxProcess } from '../../../runtime/runner/process/sandbox-process.ts';
import { until } from '../../support/until.ts';
import { impostor } from '../impostors.ts';

/** Is ready, and then does nothing. */
const PATIENT = `send({ t: 'ready', open: [], lockless: [] }); wait();`;

/** A pair of such processes, and how many have been started. */
function pairOf(code: string, withSpare: boolean) {
  const events = new EventEmitter<{ active: [SandboxProcess]; reply: []; lost: []; exit: [] }>();
  let started = 0;
  const pair = new SandboxPair(
    {
      onActive: (process) => events.emit('active', process),
      onReply: () => {
        events.emit('reply');
        return undefined;
      },
      onSpare: () => {},
      onSpareReply: () => 'it replied without having been asked',
      onMemory: () => {},
      onSpareLost: () => {},
      onLost: () => events.emit('lost'),
      onExit: () => events.emit('exit'),
    },
    {
      withSpare,
      settings: DEFAULT_SANDBOX,
      spawn: () => {
        started += 1;
        return impostor(code);
      },
    },
  );
  const active = async (): Promise<SandboxProcess> => (await once(events, 'active'))[0];
  return { pair, events, active, started: () => started, [Symbol.asyncDispose]: () => pair.stop() };
}

/** Pauses end when the test says so. */
function handDriven(): Disposable {
  mock.timers.enable({ apis: ['setTimeout'] });
  return { [Symbol.dispose]: () => mock.timers.reset() };
}

test('A spare is started as soon as a process serves, takes over from it, and has a successor soon', async () => {
  await using held = pairOf(PATIENT, true);
  held.pair.start();
  const first = await held.active();
  assert.equal(held.started(), 2);
  held.pair.praise();
  const successor = held.active();
  first.abandon('test');
  assert.notEqual(await successor, first);
  // What has queued behind it comes first.
  await until(
    async () => held.started(),
    (started) => started === 3,
  );
});

test('Without a spare, the successor of a useful process is started at once', async () => {
  await using held = pairOf(PATIENT, false);
  held.pair.start();
  const first = await held.active();
  held.pair.praise();
  assert.equal(held.started(), 1);
  first.abandon('test');
  assert.equal(held.started(), 2);
});

test('After a process of no use there is a pause, and a longer one after the next', async () => {
  await using held = pairOf(PATIENT, false);
  using _timers = handDriven();
  held.pair.start();
  for (const [index, pauseMs] of [100, 200, 400].entries()) {
    const process = await held.active();
    process.abandon('test');
    mock.timers.tick(pauseMs - 1);
    assert.equal(held.started(), index + 1);
    mock.timers.tick(1);
    assert.equal(held.started(), index + 2);
  }
});

test('A process that ends before it is ready counts as one of no use', async () => {
  await using held = pairOf('process.exit(1);', false);
  using _timers = handDriven();
  held.pair.start();
  await once(held.events, 'exit');
  assert.equal(held.started(), 1);
  mock.timers.tick(100);
  assert.equal(held.started(), 2);
});

test('A process that does not begin in time is replaced', async () => {
  await using held = pairOf('wait();', false);
  using _timers = handDriven();
  held.pair.start();
  mock.timers.tick(29_999);
  assert.equal(held.started(), 1);
  mock.timers.tick(1);
  mock.timers.tick(100);
  assert.equal(held.started(), 2);
});

test('A spare that speaks unasked is replaced, and the process that serves is not disturbed', async () => {
  const talker = `send({ t: 'ready', open: [], lockless: [] }, { t: 'loaded', id: 1, manifest: {} }); wait();`;
  await using held = pairOf(talker, true);
  using _timers = handDriven();
  let lost = 0;
  held.events.on('lost', () => {
    lost += 1;
  });
  held.pair.start();
  await held.active();
  // The first spoke as well, but by then it was the one that serves: that is for others to judge.
  await once(held.events, 'exit');
  mock.timers.tick(100);
  assert.equal(held.started(), 3);
  assert.equal(lost, 0);
});

test('Nothing is started after the pair was stopped', async () => {
  const held = pairOf(PATIENT, true);
  held.pair.start();
  await held.active();
  await held.pair.stop();
  assert.equal(held.started(), 2);
});
