/**
 * A machine with far more to do than it has processors for: a policy that computes a fraction of a millisecond is no
 * culprit, and one that never ends still is.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../support/dnsteer.ts';
import { SteadyLoad } from './load.ts';

const BURNERS = 12;
const BUSY_MS = 30_000;
const LOOK_MS = 500;

const policy = (body: string): string => `import { definePolicy } from 'dnsteer';
export default definePolicy({
  budget: 2,
  fallback: { TXT: 'fallback' },
  hosts: { www: ({ client }) => { ${body} return { TXT: 'for ' + client.ip }; } },
});
`;
const POLICIES = {
  // Half a millisecond or so as V8 begins to run it: on a busy machine its compiling threads wait as well.
  'light.example.ts': policy(
    'let sum = 0; for (let at = 0; at < 20_000; at += 1) sum += at % 7; if (sum < 0) return { TXT: "never" };',
  ),
  'endless.example.ts': policy('if (client.ip !== "") for (;;);'),
};

test('Load makes no policy guilty, and hides none', { timeout: 120_000 }, async (t) => {
  const server = await startServer({ policies: POLICIES });
  const burners: ChildProcess[] = [];
  try {
    for (let count = 0; count < BURNERS; count += 1)
      burners.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    const load = await SteadyLoad.start(
      server.port,
      (index) => (index % 2 === 0 ? 'www.light.example' : 'www.endless.example'),
      60,
    );
    const seen = { light: new Set<string>(), endless: new Set<string>() };
    for (const end = performance.now() + BUSY_MS; performance.now() < end; await sleep(LOOK_MS)) {
      const { zones } = await server.status();
      for (const { zone, breaker } of zones) {
        if (zone.startsWith('light')) seen.light.add(breaker);
        if (zone.startsWith('endless')) seen.endless.add(breaker);
      }
    }
    const replies = (await load.stop()).filter(({ name }) => name === 'www.light.example');
    const decided = replies.filter(({ text }) => text.includes('for 127')).length;
    t.diagnostic(
      `${decided} of ${replies.length} decided; breakers ${[...seen.light].join('/')}, ${[...seen.endless].join('/')}`,
    );
    assert.deepEqual([...seen.light], ['closed'], server.output());
    assert.ok(seen.endless.has('open') || seen.endless.has('quarantined'), 'the endless policy rests');
    assert.ok(decided > 0, 'the light policy decides');
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
    await server.stop();
  }
});
