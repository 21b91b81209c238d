/** A server whose answer processes are killed and stopped, and what became of the queries of a crowd meanwhile. */

import process from 'node:process';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenRunning } from '../support/children.ts';
import { Crowd, type Tally } from '../support/crowd.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: { www: (query) => ({ TXT: query.client.country === 'ZZ' ? 'no' : 'remembered' }) },
});`;
const POLICIES = { 'static.example.zone': 'www 30 IN TXT static\n', 'remembered.example.ts': POLICY };
const QUESTIONS = { 'www.static.example': 'static', 'www.remembered.example': 'remembered' };

export interface World {
  readonly server: TestServer;
  pids(): Promise<number[]>;
  /** What came of the queries from when something is done until all processes listen again. */
  during(work: (pids: number[]) => Promise<void>): Promise<Tally>;
}

/** A server under load, for the tests of a suite. */
export function worldOf(processes: number, env: Readonly<Record<string, string>>, perSecond: number): World {
  let server: TestServer;
  let crowd: Crowd;
  before(async () => {
    server = await startServer({ processes, env, policies: POLICIES, geo: 'city' });
    crowd = await Crowd.gather({ port: server.port, questions: QUESTIONS, perSecond });
    await sleep(1000);
  });
  after(async () => {
    await crowd.leave();
    await server.stop();
  });
  const pids = async (): Promise<number[]> => {
    const { processes: all } = await server.status();
    return all.flatMap(({ kind, pid, state }) => (kind === 'answer' && state === 'listening' ? pid : []));
  };
  return {
    get server() {
      return server;
    },
    pids,
    during: async (work) => {
      const old = await until(pids, ({ length }) => length === processes);
      const tally = crowd.begin();
      const from = server.output().length;
      await work(old);
      await server.printed(/Answer process (ended|has not replied)/, from);
      await until(pids, ({ length }) => length === processes);
      await until(pids, (now) => now.length === processes && now.some((pid) => !old.includes(pid)));
      await sleep(300);
      await crowd.settled();
      return { ...tally };
    },
  };
}

export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, name);
}

/** Answer processes, whether they listen or not. */
export function answersOf(control: number): number[] {
  return childrenRunning('answer-process', control);
}
