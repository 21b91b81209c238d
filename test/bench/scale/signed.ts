/**
 * What it takes to sign many zones: memory of each process, and how long the answer process goes on making signatures
 * in the background once all zones are answered, with the share of its time that settings leave at their default.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicros, pidsOf, residentMiB, status, table } from '../measure.ts';
import { makeFolder } from './policies.ts';
import { startOver } from './start.ts';

const SETTINGS = { unsigned: '', signed: "dnssec: { zones: ['*'] }\n" } as const;
/** Between two looks; a process that signs uses a quarter of that, one that rests next to nothing. */
const LOOK_MS = 1000;
const AT_REST = 0.05;
/** Quiet looks in a row until it is believed to rest. */
const LOOKS = 5;

export async function measureSignedZones(count: number): Promise<void> {
  const rows: (string | number)[][] = [
    ['', 'all answered, s', 'signed after, s more', 'CPU of it, s', 'control, MiB', 'answer, MiB'],
  ];
  for (const [what, config] of Object.entries(SETTINGS)) {
    const from = performance.now();
    const server = await startOver(makeFolder(count), undefined, 1, config);
    const answered = performance.now();
    const [pid = 0] = await pidsOf(server.adminUrl, 'answer');
    const before = cpuMicros(pid);
    const restedAt = await restOf(pid);
    const used = cpuMicros(pid) - before;
    const { processes } = await status(server.adminUrl);
    const memory = (['control', 'answer'] as const).map((kind) =>
      processes.filter((each) => each.kind === kind).reduce((sum, each) => sum + residentMiB(each.pid), 0),
    );
    await server.stop();
    const [took, signing] = [(answered - from) / 1000, Math.max(0, restedAt - answered) / 1000];
    rows.push([`${count} zones, ${what}`, took, signing, used / 1e6, ...memory]);
  }
  table(rows);
}

/** When a process was last busy. */
async function restOf(pid: number): Promise<number> {
  let busyAt = performance.now();
  for (let quiet = 0; quiet < LOOKS; ) {
    const [before, from] = [cpuMicros(pid), performance.now()];
    await sleep(LOOK_MS);
    const now = performance.now();
    if ((cpuMicros(pid) - before) / 1000 < AT_REST * (now - from)) quiet += 1;
    else [quiet, busyAt] = [0, now];
  }
  return busyAt;
}
