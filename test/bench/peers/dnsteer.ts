/** dnsteer itself, with one process that answers. */
import type { Status } from '../../../runtime/admin/status.ts';
import { startServer, UNHURRIED } from '../../support/dnsteer.ts';
import { CASES, CHECKED, PLACES, ZONE } from '../cases.ts';
import { status } from '../measure.ts';
import type { Ground, Peer, Tally } from './peer.ts';

export async function startDnsteer({ healthPort }: Ground): Promise<Peer> {
  // One processor for the process that answers and its sandbox, as full as it gets: with the times a policy
  // has by default it would be fallbacks that are measured, after a while.
  const server = await startServer({
    geo: 'city',
    patienceMs: 60_000,
    env: UNHURRIED,
    policies: { [`${ZONE}.ts`]: policy(healthPort) },
  });
  const { version, processes } = await status(server.adminUrl);
  return {
    name: 'dnsteer',
    version: `dnsteer ${version}`,
    port: server.port,
    pid: pidOf(processes, 'answer'),
    tally: async () => tallyOf(await status(server.adminUrl)),
    stop: async () => void (await server.stop()),
  };
}

function tallyOf({ processes, totals }: Status): Tally {
  const { queries, policyRuns: runs, fallbacks } = totals;
  return { sandbox: pidOf(processes, 'sandbox'), queries, runs, fallbacks };
}

/** With an index: not the sandbox for trials. */
function pidOf(processes: Status['processes'], kind: 'answer' | 'sandbox'): number {
  return processes.find((one) => one.kind === kind && one.index === 0)?.pid ?? 0;
}

function policy(healthPort: number): string {
  const at = (index: number): string => JSON.stringify(PLACES[index]?.at);
  const check = `check: { type: 'tcp', port: ${healthPort} }`;
  const [usA, usB, euA, euB] = CHECKED.map((address) => `{ A: '${address}', ${check} }`);
  const hosts = CASES.flatMap(({ name, dnsteer }) =>
    'host' in dnsteer ? [`${name}: ${dnsteer.host},`] : [],
  );
  const records = CASES.flatMap(({ name, dnsteer }) =>
    'record' in dnsteer ? [`${name}: ${dnsteer.record},`] : [],
  );
  return `import { definePolicy, health, nearest, sticky, weighted } from 'dnsteer';
    export default definePolicy({
      pools: {
        us: { A: ['192.0.2.1', '192.0.2.2'] }, eu: { A: ['198.51.100.1', '198.51.100.2'] },
        us1: { A: '192.0.2.1', at: ${at(0)} }, eu1: { A: '198.51.100.1', at: ${at(1)} },
        asia1: { A: '203.0.113.1', at: ${at(2)} },
        usA: ${usA}, usB: ${usB}, euA: ${euA}, euB: ${euB},
      },
      fallback: 'asia1',
      records: { ${records.join('\n')} },
      hosts: { ${hosts.join('\n')} },
    });`;
}
