/** Trials of policies that hang, or take their sandbox down: each is tried again, alone, which takes seconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CRASH } from '../runner/guests.ts';
import { tried } from './tried.ts';

test('A host that is always slower than its budget is told so', async (context) => {
  const { trial, told } = await tried(
    context,
    'a: () => { let sum = 0; for (let at = 0; at < 3e7; at += 1) sum += at % 7; return sum < 0 ? "eu" : "us"; }',
  );
  assert.equal(trial.kind, 'failed');
  assert.match(told, /Host "a" takes \d+\.\d ms at best, and its budget is 5 ms/);
});

test('A policy that has to be stopped is told so, and the sandbox serves the next', async (context) => {
  const { trial } = await tried(context, 'a: () => { for (;;); }');
  assert.ok(trial.kind === 'failed' && trial.stopped !== undefined);
  const { trial: next, told } = await tried(context, "a: () => 'us'");
  assert.equal(told, '');
  assert.equal(next.kind, 'passed');
});

test('A policy that takes the sandbox down with it is found out', async (context) => {
  const { trial } = await tried(context, `a: () => { ${CRASH} return "us"; }`);
  assert.ok(trial.kind === 'failed' && trial.stopped !== undefined);
});

test('A host that hangs is blamed alone, whatever its neighbours wait for', async (context) => {
  const fine = Array.from({ length: 20 }, (_, index) => `fine${index}: () => 'us'`);
  const hosts = [...fine.slice(0, 10), 'slow: () => { for (;;); }', ...fine.slice(10)];
  const { trial } = await tried(
    context,
    `${hosts.join(', ')}, late: (q) => { if (q.client.country === 'JP') throw new Error('Not you'); return 'us'; }`,
  );
  // Hosts that were judged at once come before those that had to be tried alone.
  assert.deepEqual(trial.diagnostics.map(({ message }) => message).toSorted(), [
    'Host "late" fails for a client in JP (IPv4) asking for A: Not you',
    'Host "slow" fails for a client in DE (IPv4) asking for A: The policy ran longer than 250 ms',
  ]);
});

test('A host that hangs for some clients only is blamed for the first of them, and no other host is', async (context) => {
  const { trial } = await tried(
    context,
    "a: () => 'us', b: (q) => { if (q.client.country === 'JP') for (;;); return 'us'; }, c: () => 'us'",
  );
  assert.deepEqual(
    trial.diagnostics.map(({ message }) => message),
    ['Host "b" fails for a client in JP (IPv4) asking for A: The policy ran longer than 250 ms'],
  );
  assert.ok(trial.kind === 'failed' && trial.stopped === undefined);
  assert.deepEqual(Object.keys(trial.stoppedHosts), ['b']);
});

test('A host that takes the sandbox down is blamed alone', async (context) => {
  const { trial } = await tried(
    context,
    `a: () => 'us', b: () => { ${CRASH} return 'us'; }, c: () => 'us', d: () => 'eu'`,
  );
  assert.ok(trial.kind === 'failed' && trial.stopped === undefined);
  assert.deepEqual(Object.keys(trial.stoppedHosts), ['b']);
  assert.equal(trial.diagnostics.length, 1);
});
