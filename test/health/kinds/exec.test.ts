/** Commands of the settings: who runs them, with what, and what is left of them. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import type { HealthCommand } from '../../../runtime/health/commands.ts';
import { createNetworkProbe } from '../../../runtime/health/network-probe.ts';
import type { Target } from '../../../runtime/health/target.ts';
import { findAccount } from '../../../runtime/transport/privileges.ts';
import { atEnd } from '../../support/at-end.ts';
import type { Scope } from '../../support/servers.ts';
import { until } from '../../support/until.ts';
import { probed } from './probed.ts';

const isRoot = process.getuid?.() === 0;
const account = isRoot ? findAccount({ user: 'nobody' }) : undefined;
const CHECK = { type: 'exec', command: 'it' };

function running(...run: string[]) {
  return { commands: () => new Map<string, HealthCommand>([['it', { run, account }]]) };
}

const shell = (script: string, ...args: string[]) => running('/bin/sh', '-c', script, 'sh', ...args);

/** A folder in which the user of commands may write. */
function folderOf(t: Scope): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-exec-'));
  chmodSync(folder, 0o777);
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return folder;
}

test('A command that ends with 0 is good; how others end is told', async () => {
  assert.equal(await probed(CHECK, shell('exit 0')), undefined);
  assert.equal(await probed(CHECK, shell('exit 2')), 'Command ended with 2');
  assert.equal(
    await probed(CHECK, shell('echo disk full >&2; echo more; exit 2')),
    'Command ended with 2: disk full',
  );
  assert.equal(await probed(CHECK, shell('kill -9 $$')), 'Command ended with SIGKILL');
});

test('What is probed stands where the settings want it, and nothing of it is read by a shell', async () => {
  const check = 'test "$1" = "--at=$2"';
  assert.equal(await probed(CHECK, shell(check, '--at={address}', '127.0.0.1')), undefined);
  assert.equal(
    await probed({ ...CHECK, address: 'db.test' }, shell(check, '--at={address}', 'db.test')),
    undefined,
  );
});

test('A command has no environment of ours, no input, and is not root', async () => {
  process.env.DNSTEER_OF_OURS = 'x';
  assert.equal(await probed(CHECK, shell('test -z "$DNSTEER_OF_OURS$HOME" && ! read line')), undefined);
  if (!isRoot) return;
  assert.equal(await probed(CHECK, shell('test "$(id -u)" != 0')), undefined);
  const bare = { commands: () => new Map<string, HealthCommand>([['it', { run: ['/bin/true'] }]]) };
  assert.match((await probed(CHECK, bare)) ?? '', /^No command is run as root: name a "user"/);
});

test('A program that is not there, or a user, is told of', async () => {
  assert.match((await probed(CHECK, running('/nowhere/it'))) ?? '', /^Command cannot be run: .*ENOENT/);
  const problem = 'There is no user "nosuch" on this machine';
  const lacking = {
    commands: () => new Map<string, HealthCommand>([['it', { run: ['/bin/true'], problem }]]),
  };
  assert.equal(await probed(CHECK, lacking), problem);
});

test('When the time is over, all that a command began is ended', async (t) => {
  const file = path.join(folderOf(t), 'pid');
  const check = { ...CHECK, interval: 2, timeout: 2 };
  const options = shell('sleep 300 & echo $! > "$1"; wait', file);
  assert.equal(await probed(check, options), 'No answer within 2000 ms');
  await holds(() => !isAlive(Number(readFileSync(file, 'utf8'))));
});

test('What a command leaves behind holds nothing up, and is ended', async (t) => {
  const file = path.join(folderOf(t), 'pid');
  assert.equal(await probed(CHECK, shell('sleep 300 & echo $! > "$1"', file)), undefined);
  await holds(() => !isAlive(Number(readFileSync(file, 'utf8'))));
});

test('A command that writes without end is ended', async () => {
  assert.equal(await probed(CHECK, shell('yes')), 'Command writes over 64 KB');
});

test('Eight run at a time; the others wait for their turn, and leave the line when they are called off', async (t) => {
  const folder = folderOf(t);
  const file = path.join(folder, 'begun');
  const probe = createNetworkProbe(shell('echo $$ >> "$1"; sleep 300', file));
  const timing = { intervalMs: 60_000, timeoutMs: 60_000, rise: 1, fall: 1 };
  const target = { ...timing, id: '', type: 'exec', address: '127.0.0.1', port: 0, command: 'it' };
  const begun = () => readFileSync(file, 'utf8').trim().split('\n').length;
  const controllers = Array.from({ length: 10 }, () => new AbortController());
  const results = controllers.map(({ signal }) => probe(target as Target, signal));
  await holds(() => isThere(file) && begun() === 8);
  controllers[8]?.abort();
  assert.equal((await results[8])?.ok, false);
  assert.equal(begun(), 8);
  controllers[0]?.abort();
  await holds(() => begun() === 9);
  for (const controller of controllers) controller.abort();
  await Promise.all(results);
  assert.equal(begun(), 9);
});

/** Waits until it is so. */
function holds(isSo: () => boolean): Promise<boolean> {
  return until(async () => isSo(), Boolean);
}

function isThere(file: string): boolean {
  try {
    return readFileSync(file, 'utf8') !== '';
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
