/** Two innocent zones whose policies are asked for every query, and what the server holds against whom. */
import assert from 'node:assert/strict';
import type { Status } from '../../runtime/admin/status.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { type Reply, SteadyLoad } from './load.ts';
import { assertSwift, loopsOf } from './loops.ts';

export const ASKED = 'asked.example';
export const PATIENT = 'patient.example';
const RIGHT = 'NOERROR TXT decided';
const LOAD = 100;

/** A policy that decides each query anew, by `code`. */
export function policyOf(code: string, { top = '', settings = '' } = {}): string {
  return `import { definePolicy } from 'dnsteer';
${top}
export default definePolicy({
  ${settings}
  fallback: { TXT: 'fallback' },
  hosts: { '*': (query: any): any => { ${code} return query.client.ip === '' ? {} : { TXT: 'decided' }; } },
});
`;
}

/** `asked` has the limits that policies have by default; `patient` as much as they may have. */
export async function blameServer(policies: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const innocents = {
    [`${ASKED}.ts`]: policyOf(''),
    [`${PATIENT}.ts`]: policyOf('', { settings: 'budget: 100, deadline: 1000,' }),
  };
  const server = await startServer({ policies: { ...innocents, ...policies } });
  await spareIsReady(server);
  return server;
}

/** Queries for both, while `work` lasts, and their replies. */
export async function underLoad(
  server: TestServer,
  work: () => Promise<void>,
): Promise<Map<string, Reply[]>> {
  const zones = [ASKED, PATIENT];
  const loads = await Promise.all(
    zones.map((zone) => SteadyLoad.start(server.port, (index) => `n${index}.${zone}`, LOAD)),
  );
  const failure = await work().catch((error: unknown) => ({ error }));
  const replies = await Promise.all(loads.map((load) => load.stop()));
  if (failure !== undefined) throw failure.error;
  assertSwift(await loopsOf(server), server);
  return new Map(zones.map((zone, index) => [zone, replies[index] ?? []]));
}

/** Replies that are not the policy’s own decision. */
export function undecided(replies: readonly Reply[] = []): Reply[] {
  return replies.filter(({ text }) => text !== RIGHT);
}

/** Lines in which a zone is blamed for the end of a sandbox, or for what it took. */
export function blamed(server: TestServer, zone: string): string[] {
  const blame = /while it (ran|loaded)|quarantine|ran longer than|moved/i;
  return server
    .output()
    .split('\n')
    .filter((line) => line.includes(zone) && blame.test(line));
}

export async function quarantined(server: TestServer): Promise<string[]> {
  const { zones } = await server.status();
  return zones.flatMap(({ zone, breaker }) => (breaker === 'quarantined' ? [zone] : []));
}

/** That neither innocent zone is blamed for anything, and none is quarantined. */
export async function assertNobodyBlamed(server: TestServer): Promise<void> {
  for (const zone of [ASKED, PATIENT]) assert.deepEqual(blamed(server, zone), []);
  assert.deepEqual(await quarantined(server), []);
}

export function pidOf({ processes }: Status, kind: 'answer' | 'sandbox' | 'trials'): number {
  const found = processes.find((one) =>
    kind === 'trials'
      ? one.kind === 'sandbox' && one.index === undefined
      : one.kind === kind && one.index === 0,
  );
  return found?.pid ?? 0;
}

/** Resolves when the sandbox that serves is another one. */
export async function replaced(server: TestServer, pid: number): Promise<number> {
  return until(
    async () => pidOf(await server.status(), 'sandbox'),
    (now) => now !== pid && now !== 0,
  );
}

/** Long enough for a spare to have started, and to have learned what is asked. */
async function spareIsReady(server: TestServer): Promise<void> {
  await underLoad(server, () => pause(1500));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
