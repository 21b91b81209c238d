/** What goes wrong while keys roll: the engine waits, says why, and harms nobody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmText } from '../../../runtime/dnssec/rolls/alarms.ts';
import { checklist } from '../../../runtime/dnssec/rolls/checklist.ts';
import { reasonText } from '../../../runtime/dnssec/rolls/reasons.ts';
import { AUTOMATIC, DEFAULT_ROLL_POLICY, MANUAL } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { liveTags, secureWorld } from './secure-world.ts';
import { DAY, HOUR, World } from './simulated-world.ts';

const LONG = 20 * DAY;

test('A stale name server holds a roll up, and is named', () => {
  const world = secureWorld();
  const [, stale] = world.servers;
  assert.ok(stale);
  stale.isFrozen = true;
  world.turn({ do: 'start', roll: 'csk' });
  world.run(10 * DAY);
  assert.equal(world.steps.at(-1), 'csk:propagation1');
  const [reason] = world.last?.blocked ?? [];
  assert.ok(reason?.kind === 'keys' && reason.lacks.length === 1);
  assert.match(reasonText(reason), /^DNSKEY of ns1\.zone\.test\. at 192\.0\.2\.1 lacks \d+$/);
  stale.isFrozen = false;
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
});

test('A parent that takes its time is waited for, and status says since when', () => {
  const world = secureWorld();
  const [old] = world.ds;
  world.parentDelay = 14 * DAY;
  world.turn({ do: 'start', roll: 'csk' });
  world.run(10 * DAY);
  assert.equal(world.steps.at(-1), 'csk:propagation2');
  assert.ok(world.last);
  const list = checklist(world.last, world.policy);
  assert.deepEqual(
    list.items.map(({ step, is }) => `${step} ${is}`),
    [
      'start done',
      'propagation1 done',
      'cache-expired1 done',
      'propagation2 now',
      'cache-expired2 next',
      'done next',
    ],
  );
  assert.ok(list.parentAwaitedSince !== undefined && world.now - list.parentAwaitedSince > 8 * DAY);
  assert.ok(list.blocked.some(({ text }) => text.includes(`198.51.100.0 still answers DS ${old?.tag} 13 2`)));
  assert.ok(list.earliest !== undefined && list.earliest >= world.now);
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
});

test('One silent server of the parent holds up a change of the DS, until an operator vouches for it', () => {
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:propagation2', LONG));
  const [, silent] = world.parents;
  assert.ok(silent);
  silent.isDown = true;
  // The parent has not changed its DS yet: nobody can vouch for that.
  world.turn({ do: 'report', ttl: 60 });
  assert.equal(world.steps.at(-1), 'csk:propagation2');
  assert.ok(world.last?.blocked.some(({ kind }) => kind === 'ds-still'));
  world.run(10 * DAY);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['failed'],
  );
  world.turn({ do: 'report', ttl: DAY });
  assert.equal(world.steps.at(-1), 'csk:cache-expired2');
  const { until = 0 } = world.state.roll ?? {};
  assert.ok(until >= world.now + DAY);
  world.run(3 * DAY);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['failed'],
    'no key goes unseen',
  );
  world.turn({ do: 'expire' });
  assert.equal(world.steps.at(-1), 'idle');
});

test('A DS that is removed by hand is an alarm, and no roll brings it back', () => {
  const world = secureWorld({ policy: { lifetimes: { csk: 10 * DAY } } });
  world.setDs([]);
  world.run(20 * DAY);
  assert.deepEqual(
    world.last?.alarms.map(({ kind }) => kind),
    ['ds-removed'],
  );
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['alarm'],
  );
  assert.deepEqual(world.steps, []);
  assert.equal(world.last?.keySet.cds, 'none');
});

test('DS that are edited by hand while CDS ask for others: the parent will take that back', () => {
  const world = secureWorld({ policy: { scheme: 'ksk-zsk' }, parentDelay: HOUR });
  world.parentDelay = 40 * DAY;
  world.turn({ do: 'start', roll: 'ksk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'ksk:propagation2', LONG));
  const [old] = world.ds;
  assert.ok(old);
  // Another key of ours would do for resolvers; a DS of nobody's beside it does no harm either.
  world.setDs([old, { tag: 9, algorithm: 13, digest: '00' }]);
  world.run(DAY);
  const kinds = world.last?.alarms.map(({ kind }) => kind) ?? [];
  assert.ok(kinds.includes('cds-would-revert') && kinds.includes('ds-without-key'));
});

test('A parent that goes back to the old DS is waited for once more, and the old key stays', () => {
  const world = secureWorld();
  const [before] = world.ds;
  assert.ok(before);
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:cache-expired2', LONG));
  world.setDs([before]);
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:propagation2', DAY));
  assert.ok(liveTags(world).includes(before.tag));
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.ok(!liveTags(world).includes(before.tag));
});

test('Two servers that roll are an alarm with the tags of both, and nothing rolls', () => {
  const world = secureWorld();
  const [, other] = world.servers;
  assert.ok(other);
  other.isFrozen = true;
  const foreign = { tag: 4711, algorithm: 13, dnskey: 'AQEDDQAA' };
  const keys = { ...other.shown.keys, keys: [...other.shown.keys.keys, foreign] };
  other.shown = { ...other.shown, keys };
  world.run(HOUR);
  world.turn({ do: 'start', roll: 'csk' });
  const [alarm] = world.last?.alarms ?? [];
  assert.ok(alarm?.kind === 'two-signers');
  assert.deepEqual([alarm.unknown, alarm.ours], [[4711], liveTags(world)]);
  assert.match(alarmText(alarm), /ns1\.zone\.test\. at 192\.0\.2\.1 has key 4711/);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['alarm'],
  );
  assert.deepEqual(world.steps, []);
});

test('A clock set back stops all steps, and goes on when it is right again', () => {
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:cache-expired1', LONG));
  const right = world.now;
  const before = world.state;
  world.now = right - 365 * DAY;
  world.wake({ do: 'expire' });
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['clock-back'],
  );
  assert.deepEqual(world.state, before);
  world.now = right;
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
});

test('A clock that leaps a year ahead ends no wait, not even after a restart, until it is confirmed', () => {
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:cache-expired1', LONG));
  const right = world.now;
  const leap = (to: number, elapsed: number | undefined): void => {
    world.now = to;
    world.wakeAfter(elapsed);
  };
  leap(right + 365 * DAY, 60);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['clock-ahead'],
  );
  assert.equal(world.state.roll?.step, 'cache-expired');
  leap(right + 365 * DAY + 60, undefined);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['clock-ahead'],
  );
  leap(right + 120, 60);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['time'],
    'the clock was mended',
  );
  leap(right + 2 * DAY, 60);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['clock-ahead'],
  );
  world.wake({ do: 'confirm-clock' });
  assert.equal(
    world.last?.blocked.some(({ kind }) => kind === 'clock-ahead'),
    false,
  );
});

test('A full disk takes no step, and the one that was due comes when there is room', () => {
  const world = secureWorld();
  world.diskIsFull = true;
  const before = JSON.stringify(world.state);
  world.turn({ do: 'start', roll: 'csk' });
  world.run(DAY);
  assert.equal(JSON.stringify(world.state), before);
  world.diskIsFull = false;
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
});

test('A key folder that takes no times holds a roll up', () => {
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:propagation1', DAY));
  world.folderIsReadOnly = true;
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:propagation2', LONG));
  world.run(10 * DAY);
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['files'],
  );
  world.folderIsReadOnly = false;
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
});

test('A key whose file is gone stays published and stops the roll', () => {
  const world = secureWorld();
  const [tag] = liveTags(world);
  world.folder = [];
  world.turn({ do: 'start', roll: 'csk' });
  assert.deepEqual(world.last?.blocked[0], {
    kind: 'key-missing',
    tag,
    why: 'its files are gone, or cannot be used',
  });
  assert.deepEqual(
    world.last?.keySet.dnskeys.map((key) => key.tag),
    [tag],
  );
});

test('With all switches off, each step waits for its command and takes no other', () => {
  const switches = { ...DEFAULT_ROLL_POLICY.switches, csk: MANUAL };
  const world = secureWorld({ policy: { switches, lifetimes: { csk: DAY } } });
  world.run(2 * DAY);
  const waits = (command: string): void => {
    assert.ok(
      world.runUntil(() => {
        const [reason] = world.last?.blocked ?? [];
        return reason?.kind === 'command' && reason.command === command;
      }, LONG),
      JSON.stringify(world.last?.blocked),
    );
    world.run(5 * DAY);
  };
  waits('start');
  world.turn({ do: 'done' });
  assert.ok(world.last?.blocked.some(({ kind }) => kind === 'refused'));
  world.turn({ do: 'start', roll: 'csk' });
  for (const _ of [1, 2]) {
    waits('report');
    world.turn({ do: 'expire' });
    assert.equal(world.state.roll?.step, 'propagation');
    world.turn({ do: 'report' });
    waits('expire');
    world.turn({ do: 'expire' });
  }
  waits('done');
  world.turn({ do: 'done' });
  assert.equal(world.steps.at(-1), 'idle');
});

test('What is not automatic alone waits: only the end of a roll', () => {
  const switches = { ...DEFAULT_ROLL_POLICY.switches, csk: { ...AUTOMATIC, done: false } };
  const world = secureWorld({ policy: { switches } });
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:done', LONG));
  world.run(10 * DAY);
  assert.equal(liveTags(world).length, 2);
  world.turn({ do: 'done' });
  assert.equal(liveTags(world).length, 1);
});

test('A process that ends after every single effect still comes to the end of a roll', () => {
  const world = secureWorld({ policy: { scheme: 'ksk-zsk' } });
  let count = 0;
  // Each place is a crash once: the next attempt gets one place further.
  const reached = new Set<string>();
  world.crashes = (place) => {
    const key = `${world.steps.length} ${place} ${JSON.stringify(world.state.roll)}`;
    if (reached.has(key)) return false;
    reached.add(key);
    count += 1;
    return true;
  };
  world.policy = { ...world.policy, algorithm: 15 };
  for (let tries = 0; tries < 20 && world.state.roll === undefined; tries++) {
    world.turn({ do: 'start', roll: 'algorithm' });
  }
  assert.ok(
    world.runUntil(() => world.state.roll === undefined, 60 * DAY),
    JSON.stringify(world.last?.blocked),
  );
  assert.ok(count > 20, `${count} crashes`);
  assert.equal(liveTags(world).length, 2);
  assert.equal(world.folder.length, 4, 'no key was made twice');
});

test('Keys of another signer stand beside ours, and its servers sign with them (RFC 8901)', () => {
  const world = secureWorld();
  const foreign = { tag: 1001, algorithm: 13, flags: 257, dnskey: 'AQEDDQPp' };
  world.policy = { ...world.policy, foreign: [foreign] };
  const [, theirs] = world.servers;
  assert.ok(theirs);
  world.run(HOUR);
  assert.deepEqual(world.last?.alarms, []);
  assert.deepEqual(
    world.last?.keySet.dnskeys.map(({ tag }) => tag),
    [1000, 1001],
  );
  // The next key that is made has the tag of theirs, and is not taken.
  world.turn({ do: 'start', roll: 'csk' });
  world.run(2 * HOUR);
  theirs.isFrozen = true;
  theirs.shown = {
    ...theirs.shown,
    keys: { ...theirs.shown.keys, signers: [foreign.tag] },
    data: { signers: [foreign.tag] },
  };
  assert.ok(
    world.runUntil(() => world.steps.at(-1) === 'csk:cache-expired1', DAY),
    world.steps.join(' '),
  );
  assert.ok(!world.state.keys.some(({ tag }) => tag === foreign.tag));
  assert.equal(world.folder.length, 3);
});

test('A new algorithm in the settings is no matter of a roll that goes on', () => {
  const world = secureWorld({ policy: { scheme: 'ksk-zsk' } });
  world.folderIsReadOnly = true;
  world.turn({ do: 'start', roll: 'zsk' });
  assert.equal(world.last?.blocked[0]?.kind, 'key-awaited');
  world.policy = { ...world.policy, algorithm: 15 };
  world.folderIsReadOnly = false;
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  const live = world.state.keys.filter(({ tag }) => liveTags(world).includes(tag));
  assert.deepEqual(
    live.map(({ algorithm }) => algorithm),
    [13, 13],
  );
});

test('A zone that was about to get its DS goes unsigned only when the DS can no longer be on its way', () => {
  const world = new World({ parentDelay: 0, parentLags: [5 * HOUR, 5 * HOUR], dsTtl: 300 });
  assert.ok(world.runUntil(() => world.ds.length > 0, LONG));
  // No server of the parent shows the DS yet, and the registry has it.
  world.policy = { ...world.policy, goal: 'unsigned' };
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.equal(world.ds.length, 0);
  assert.equal(world.last?.keySet.dnskeys.length, 0);
  // Had it gone too soon, the DS would come now.
  world.run(DAY);
});

test('A zone that waits for its first DS asks for none once it is to go unsigned, and goes when it is told to', () => {
  const world = new World({ parentDelay: DAY, parentLags: [0, 0] });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'sign:cache-expired1', LONG));
  const switches = { ...world.policy.switches, unsign: { ...AUTOMATIC, start: false } };
  world.policy = { ...world.policy, switches, goal: 'unsigned' };
  world.run(7 * DAY);
  assert.equal(world.steps.at(-1), 'sign:cache-expired1');
  assert.equal(world.last?.keySet.cds, 'none');
  assert.deepEqual(world.last?.blocked, [{ kind: 'command', command: 'start', roll: 'unsign' }]);
  world.turn({ do: 'start', roll: 'unsign' });
  world.turn({ do: 'start', roll: 'unsign' });
  assert.deepEqual(world.last?.blocked[0], { kind: 'refused', why: 'a roll (unsign) goes on already' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.equal(world.last?.keySet.dnskeys.length, 0);
});

test('A lost state is made from the key files: no key in use ends, and the roll it was in can be ended later', () => {
  const world = secureWorld();
  world.turn({ do: 'start', roll: 'csk' });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'csk:propagation2', LONG));
  const tags = liveTags(world);
  world.loseState();
  assert.deepEqual(new Set(liveTags(world)), new Set(tags));
  assert.equal(world.state.roll?.kind, 'sign');
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.equal(liveTags(world).length, 2);
  const newest = Math.max(...tags);
  world.turn({ do: 'start', roll: 'csk', tags: [newest] });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.deepEqual(liveTags(world), [newest]);
  assert.deepEqual(
    world.ds.map(({ tag }) => tag),
    [newest],
  );
});

test('A follower agrees with the one that rolls at every moment, and changes nothing', () => {
  const world = secureWorld();
  const follower = new World({ policy: { ...world.policy, rolls: false } });
  world.turn({ do: 'start', roll: 'csk' });
  const end = world.now + 3 * DAY;
  while (world.now < end) {
    world.turn();
    follower.folder = world.folder;
    follower.now = world.now;
    follower.wakeAfter(60);
    assert.deepEqual(follower.last?.keySet, world.last?.keySet);
    assert.deepEqual(follower.last?.actions, []);
  }
  assert.deepEqual(follower.state.keys, []);
  assert.equal(world.steps.at(-1), 'idle');
});
