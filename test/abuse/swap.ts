/**
 * Files of one team that become something else again and again, hundreds of times a second, while another team
 * goes on changing its own: its changes go live, clients are answered, and the server ends when it is told to.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { askOnce, SteadyLoad } from './load.ts';
import { assertSwift, loopsOf } from './loops.ts';

export interface SwapAttack {
  readonly title: string;
  /** In the team's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Makes what takes a file's place, in the team's folder; told when the attack begins. */
  readonly prepare: (folder: string) => void | Promise<void>;
  /** Done in the team's folder again and again, by a program that has `inTurn`, `exchange` and `fs`. */
  readonly round: string;
}

/** What a round may use, and how it is repeated: thousands of times a second, with a rest now and then. */
const SWAPPER = `
const fs = require('node:fs');
const put = (file, what) => { fs.linkSync(what, '.next'); fs.renameSync('.next', file); };
/** One and the other, in one step each. */
const inTurn = (file, one, other) => { put(file, one); put(file, other); };
/** Folders cannot be put over files: for a moment there is neither. */
const exchange = (one, other) => {
  fs.renameSync(one, '.aside');
  fs.renameSync(other, one);
  fs.renameSync('.aside', other);
};
const rest = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  for (let turn = 0; turn < 20; turn += 1) round();
  Atomics.wait(rest, 0, 0, 1);
}
`;

const ROUNDS = 4;
const ROUND_MS = 500;
/** Of a change of the other team; it takes a tenth of that, and the machine may be busy. */
const RELOAD_MS = 5000;
const END_MS = 5000;
const INNOCENT = 'www.static.example';

export function swapBattle(attack: SwapAttack): void {
  test(`${attack.title}: others' changes go live, and the server ends when it is told to`, async () => {
    const files = Object.entries(attack.files).map(([file, text]) => [`team/${file}`, text]);
    const server = await startServer({
      policies: {
        'static.example.zone': 'www 30 IN TXT static\n',
        'other/change.example.zone': 'www 30 IN TXT 0\n',
        ...(Object.fromEntries(files) as Record<string, string>),
      },
    });
    try {
      await fight(server, attack);
    } finally {
      await server.stop();
    }
  });
}

async function fight(server: TestServer, attack: SwapAttack): Promise<void> {
  const folder = path.join(server.folder, 'policies', 'team');
  mkdirSync(folder, { recursive: true });
  await attack.prepare(folder);
  const program = `const round = () => { ${attack.round} };${SWAPPER}`;
  const swapping = spawn(process.execPath, ['-e', program], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const load = await SteadyLoad.start(server.port, () => INNOCENT, 100);
  const slow: number[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      await sleep(ROUND_MS);
      const took = await timeOfChange(server, String(round));
      if (took > RELOAD_MS) slow.push(took);
    }
  } finally {
    await ended(swapping);
  }
  const replies = await load.stop();
  assert.deepEqual(slow, [], 'milliseconds until a change was live');
  assert.ok(replies.length > 100, 'there was load');
  assert.deepEqual(
    replies.filter(({ text }) => text !== 'NOERROR TXT static'),
    [],
    'innocent zone',
  );
  assertSwift(await loopsOf(server), server);
  const from = performance.now();
  const end = await server.stop();
  const took = performance.now() - from;
  assert.deepEqual(end, { code: 0, signal: null });
  assert.ok(took < END_MS, `it took ${took} ms to end`);
}

async function timeOfChange(server: TestServer, text: string): Promise<number> {
  const client = await Client.open(server.port);
  const from = performance.now();
  server.write('other/change.example.zone', `www 30 IN TXT ${text}\n`);
  try {
    await until(
      async () => (await askOnce(client, 'www.change.example')).text,
      (answer) => answer === `NOERROR TXT ${text}`,
    );
    return performance.now() - from;
  } finally {
    client.close();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error('The attack ended by itself');
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
