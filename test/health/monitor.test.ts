/** Who is probed, what is known, and who is told, with probes whose results the test decides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combine } from '../../runtime/health/combination.ts';
import type { HttpTarget } from '../../runtime/health/kinds/http-request.ts';
import { HealthMemory } from '../../runtime/health/memory.ts';
import { HealthMonitor } from '../../runtime/health/monitor.ts';
import type { Probe } from '../../runtime/health/probe.ts';
import type { Target } from '../../runtime/health/target.ts';
import { probedOf } from '../../runtime/health/target-id.ts';
import { atEnd } from '../support/at-end.ts';
import { HandClock, settled } from '../support/hand-clock.ts';
import { tcpServer } from '../support/servers.ts';

function target(id: string, changes: { rise?: number; fall?: number; intervalMs?: number } = {}): Target {
  const timing = { intervalMs: 10_000, timeoutMs: 5000, rise: 2, fall: 3, ...changes };
  return { id, type: 'tcp', address: '192.0.2.10', port: 443, ...timing };
}

/** A monitor whose probes succeed unless their target is in `failing`. */
function monitored(options: { memory?: HealthMemory } = {}) {
  const clock = new HandClock();
  const failing = new Set<string>();
  const probed: string[] = [];
  const changes: string[] = [];
  const probe: Probe = async ({ id }) => {
    probed.push(id);
    return failing.has(id)
      ? { ok: false, elapsedMs: 7, problem: 'Connection refused' }
      : { ok: true, elapsedMs: 3 };
  };
  const monitor = new HealthMonitor({ probe, clock, random: () => 0.5, ...options });
  monitor.onChange(({ id, state }) => changes.push(`${id} ${state}`));
  return { clock, failing, probed, changes, monitor };
}

test('A target is unknown until its first result, which alone decides', async () => {
  const { monitor, failing, changes } = monitored();
  failing.add('b');
  monitor.declare('example.com', [target('a'), target('b')]);
  assert.deepEqual(
    [...monitor.states()],
    [
      ['a', 'unknown'],
      ['b', 'unknown'],
    ],
  );
  await settled();
  assert.deepEqual(
    [...monitor.states()],
    [
      ['a', 'up'],
      ['b', 'down'],
    ],
  );
  assert.deepEqual(changes, ['a unknown', 'b unknown', 'a up', 'b down']);
});

test('Of targets that tell it, it is told how many results are against their state', async () => {
  const { monitor, clock, failing } = monitored();
  const near: string[] = [];
  monitor.onNear((id, against) => near.push(`${id} ${against}`));
  monitor.declare('example.com', [{ ...target('a'), tellsNear: true }, target('b')]);
  await settled();
  failing.add('a').add('b');
  await clock.advance(30_000);
  failing.clear();
  await clock.advance(10_000);
  failing.add('a');
  await clock.advance(10_000);
  assert.deepEqual(near, ['a 1', 'a 2', 'a 0', 'a 1', 'a 0']);
});

test('A target that tells it does so also where it is a part of what counts together', async () => {
  const { monitor, clock, failing } = monitored();
  const near: string[] = [];
  monitor.onNear((id, against) => near.push(`${id} ${against}`));
  const both = combine('all', 2, [target('a'), target('b')]);
  monitor.declare('example.com', [{ ...target('a'), tellsNear: true }, both]);
  await settled();
  failing.add('a').add('b');
  await clock.advance(10_000);
  assert.deepEqual(near, ['a 1']);
});

test('Later it takes `fall` failures to go down and `rise` successes to come up', async () => {
  const { monitor, clock, failing, changes } = monitored();
  monitor.declare('example.com', [target('a')]);
  await settled();
  failing.add('a');
  await clock.advance(20_000);
  assert.equal(monitor.states().get('a'), 'up');
  await clock.advance(10_000);
  assert.equal(monitor.states().get('a'), 'down');
  failing.delete('a');
  await clock.advance(10_000);
  assert.equal(monitor.states().get('a'), 'down');
  await clock.advance(10_000);
  assert.equal(monitor.states().get('a'), 'up');
  assert.deepEqual(changes, ['a unknown', 'a up', 'a down', 'a up']);
});

test('What a new version still declares keeps its state and its rhythm; what it does not is probed no more', async () => {
  const { monitor, clock, probed } = monitored();
  monitor.declare('example.com', [target('kept'), target('gone')]);
  await clock.advance(4000);
  monitor.declare('example.com', [target('kept'), target('new')]);
  await clock.advance(4000);
  assert.deepEqual(probed, ['kept', 'gone', 'new']);
  assert.deepEqual(
    [...monitor.states()],
    [
      ['kept', 'up'],
      ['new', 'up'],
    ],
  );
  await clock.advance(2000);
  assert.deepEqual(probed, ['kept', 'gone', 'new', 'kept']);
});

test('What two owners declare is probed once, until neither does', async () => {
  const { monitor, clock, probed } = monitored();
  monitor.declare('one.example', [target('shared')]);
  monitor.declare('two.example', [target('shared')]);
  await clock.advance(10_000);
  assert.deepEqual(probed, ['shared', 'shared']);
  assert.deepEqual(monitor.snapshot()[0]?.owners, ['one.example', 'two.example']);
  monitor.declare('one.example', []);
  assert.deepEqual(monitor.snapshot()[0]?.owners, ['two.example']);
  monitor.declare('two.example', []);
  await clock.advance(60_000);
  assert.equal(probed.length, 2);
  assert.equal(clock.pending, 0);
  assert.deepEqual(monitor.snapshot(), []);
});

test('What comes back is as it was, and those who listen are told; after ten minutes nothing is known of it', async () => {
  const { monitor, clock, failing, changes } = monitored();
  failing.add('a');
  monitor.declare('example.com', [target('a')]);
  await settled();
  monitor.declare('example.com', []);
  monitor.declare('example.com', [target('a')]);
  assert.deepEqual(changes, ['a unknown', 'a down', 'a gone', 'a down']);
  monitor.declare('example.com', []);
  await clock.advance(600_001);
  monitor.declare('example.com', [target('a')]);
  assert.deepEqual(changes.slice(4), ['a gone', 'a unknown']);
});

test('An edit of the timing changes nothing of what is known, however long ago the last probe was', async () => {
  const { monitor, clock, failing, changes } = monitored();
  failing.add('every 6').add('every 7');
  monitor.declare('example.com', [target('every 6', { intervalMs: 3_600_000 })]);
  await clock.advance(1_800_000);
  failing.delete('every 7');
  monitor.declare('example.com', [target('every 7', { intervalMs: 7000 })]);
  assert.deepEqual(changes, ['every 6 unknown', 'every 6 down', 'every 6 gone', 'every 7 down']);
  await settled();
  // It takes as many successes as without the edit.
  assert.equal(monitor.states().get('every 7'), 'down');
  await clock.advance(7000);
  assert.equal(monitor.states().get('every 7'), 'up');
});

test('What another zone knows of an address is nothing that an edit goes by', async () => {
  const { monitor, failing } = monitored();
  failing.add('strict');
  monitor.declare('one.example', [target('strict')]);
  await settled();
  monitor.declare('two.example', [target('lenient')]);
  assert.equal(monitor.states().get('lenient'), 'unknown');
});

test('What a server knew before holds until the first result, which alone decides', async () => {
  const memory = new HealthMemory();
  const verdict = { state: 'down', since: -500_000, at: -1000 } as const;
  memory.inherit([{ owner: 'example.com', probed: probedOf(target('a')), ...verdict }]);
  const { monitor, changes } = monitored({ memory });
  monitor.declare('example.com', [target('a')]);
  assert.deepEqual(changes, ['a down']);
  assert.equal(monitor.snapshot()[0]?.since, -500_000);
  await settled();
  assert.deepEqual(changes, ['a down', 'a up']);
});

test('That something is known of all targets is told once, also where one of them goes', async () => {
  const results = Promise.withResolvers<{ ok: true; elapsedMs: number }>();
  const clock = new HandClock();
  const probe: Probe = ({ id }) =>
    id === 'slow' ? results.promise : Promise.resolve({ ok: true, elapsedMs: 1 });
  const monitor = new HealthMonitor({ probe, clock });
  await monitor.allKnown();
  monitor.declare('example.com', [target('quick'), target('slow')]);
  let isKnown = false;
  void monitor.allKnown().then(() => {
    isKnown = true;
  });
  await settled();
  assert.equal(isKnown, false);
  monitor.declare('example.com', [target('quick')]);
  await settled();
  assert.equal(isKnown, true);
});

test('The result of a probe that was in flight when its target went is not counted', async () => {
  const changes: string[] = [];
  const results = Promise.withResolvers<{ ok: true; elapsedMs: number }>();
  const monitor = new HealthMonitor({ probe: () => results.promise, clock: new HandClock() });
  monitor.onChange(({ id, state }) => changes.push(`${id} ${state}`));
  monitor.declare('example.com', [target('a')]);
  monitor.declare('example.com', []);
  results.resolve({ ok: true, elapsedMs: 1 });
  await settled();
  assert.deepEqual(changes, ['a unknown', 'a gone']);
});

test('That a target is gone is told once nobody declares it, with who was the last to', async () => {
  const { monitor } = monitored();
  const changes: string[] = [];
  monitor.onChange(({ id, state, owner }) => changes.push(`${id} ${state} ${owner}`));
  monitor.declare('one.example', [target('a'), target('b')]);
  monitor.declare('two.example', [target('a')]);
  await settled();
  monitor.declare('one.example', []);
  monitor.declare('two.example', []);
  monitor.declare('three.example', []);
  assert.deepEqual(changes, [
    'a unknown one.example',
    'b unknown one.example',
    'a up one.example',
    'b up one.example',
    'b gone one.example',
    'a gone two.example',
  ]);
});

test('A report says where, since when, and why', async () => {
  const { monitor, clock, failing } = monitored();
  failing.add('site');
  await clock.advance(500);
  const site: HttpTarget = {
    ...target('site'),
    type: 'https',
    address: '2001:db8::10',
    path: '/healthz',
    host: 'example.com',
    status: undefined,
  };
  monitor.declare('example.com', [site]);
  await clock.advance(700);
  assert.deepEqual(monitor.snapshot(), [
    {
      id: 'site',
      probed: 'https://[2001:db8::10]:443/healthz host=example.com status=ok',
      type: 'https',
      address: '[2001:db8::10]:443/healthz',
      state: 'down',
      since: 500,
      latencyMs: 7,
      problem: 'Connection refused',
      owners: ['example.com'],
    },
  ]);
});

test('Who no longer listens is not told', async () => {
  const { monitor } = monitored();
  const heard: string[] = [];
  const end = monitor.onChange(({ id }) => heard.push(id));
  end();
  monitor.declare('example.com', [target('a')]);
  await settled();
  assert.deepEqual(heard, []);
});

test('Stopped, it probes nothing', async () => {
  const { monitor, clock, probed } = monitored();
  monitor.declare('example.com', [target('a'), target('b')]);
  await settled();
  monitor.stop();
  await clock.advance(60_000);
  assert.deepEqual(probed, ['a', 'b']);
  assert.equal(clock.pending, 0);
});

test('With real probes and the real clock, a server that listens is up', async (t) => {
  const port = await tcpServer(t);
  const monitor = new HealthMonitor();
  atEnd(t, () => monitor.stop());
  const up = new Promise<void>((resolve) => {
    monitor.onChange(({ state }) => state === 'up' && resolve());
  });
  monitor.declare('example.com', [
    {
      id: 'real',
      type: 'tcp',
      address: '127.0.0.1',
      port,
      intervalMs: 10_000,
      timeoutMs: 5000,
      rise: 2,
      fall: 3,
    },
  ]);
  await up;
  assert.equal(monitor.states().get('real'), 'up');
});
