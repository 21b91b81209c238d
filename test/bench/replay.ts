/**
 * Lines of a recording that `dnsteer replay` decides in a second, from the file to the report: where decisions are
 * remembered, and where each line runs its policy. Beside it the processor time of this process and of its sandbox.
 * Run: node test/bench/replay.ts [lines]
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { childrenOf, computedMsOfAll } from '../../runtime/base/process/process-usage.ts';
import { replayFiles } from '../../runtime/cli/work/replay/replay-files.ts';
import { loadConfig } from '../../runtime/config/config.ts';
import { continentOf, countries } from '../../runtime/geo/continent.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import { recorded, recordingText } from '../replay/recorded.ts';
import { table } from './measure.ts';

const LINES = Number(process.argv[2] ?? 300_000);
const COUNTRIES = [...countries()];
const POOLS = ['us', 'eu', 'ap'];

const POLICIES = {
  remembered: "health(near(query)) === 'down' ? 'us' : near(query)",
  'each runs': "query.client.ip === '203.0.113.7' ? 'us' : near(query)",
};

function policy(decision: string): string {
  return `import { definePolicy, health } from 'dnsteer';
const check = { type: 'tcp', port: 80 } as const;
const near = (query) =>
  query.client.continent === 'EU' || query.client.country === 'TR' ? 'eu' : query.client.continent === 'AS' ? 'ap' : 'us';
export default definePolicy({
  pools: { us: { A: '192.0.2.1', check }, eu: { A: '192.0.2.2', check }, ap: { A: '192.0.2.3', check } },
  fallback: 'us',
  hosts: { www: (query) => (${decision}), '*.app': (query) => (${decision}) },
});
void health;`;
}

/** Clients of all countries, of whom each hundredth asked while a pool was down. */
function lineAt(index: number): RecordedLine {
  const country = COUNTRIES[(index * 7919) % COUNTRIES.length] ?? 'DE';
  const continent = continentOf(country) ?? null;
  const pool = continent === 'EU' || country === 'TR' ? 1 : continent === 'AS' ? 2 : 0;
  const name = index % 2 === 0 ? 'www.shop.example' : `a${index % 5000}.app.shop.example`;
  const isDown = pool === 2 && index % 2000 < 20;
  return recorded({
    id: `q${index}`,
    at: new Date(Date.UTC(2026, 0, 1) + 10 * index).toISOString(),
    name,
    client: `${1 + (index % 200)}.${(index >> 8) % 256}.${index % 256}.0/24`,
    reads: [
      ['client.continent', continent],
      ['client.country', country],
      [`health.${POOLS[pool]}`, isDown ? 'down' : 'up'],
    ],
    answer: [`${name}. 30 IN A 192.0.2.${isDown ? 1 : pool + 1}`],
    ...(isDown && { down: ['ap/192.0.2.3'] }),
  });
}

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-replay-'));
try {
  const recording = path.join(folder, 'recording.jsonl');
  writeFileSync(recording, recordingText(Array.from({ length: LINES }, (_, index) => lineAt(index))));
  const rows: string[][] = [];
  for (const [title, decision] of Object.entries(POLICIES))
    rows.push(await measured(title, decision, recording));
  table([['policy', 'lines/s', 'µs of this process', 'µs of the sandbox', 'MB'], ...rows]);
} finally {
  rmSync(folder, { recursive: true });
}

async function measured(title: string, decision: string, recording: string): Promise<string[]> {
  const policies = path.join(folder, title.replace(' ', '-'));
  mkdirSync(policies);
  writeFileSync(path.join(policies, 'shop.example.ts'), policy(decision));
  const config = loadConfig({ file: undefined, env: { DNSTEER_POLICIES: policies }, cwd: folder });
  if (!config.ok) throw new Error(JSON.stringify(config.problem));
  let sandboxMs = 0;
  const [usage, since] = [process.cpuUsage(), performance.now()];
  const replayed = await replayFiles(config.value, [recording], () => {
    sandboxMs = Math.max(sandboxMs, ...childrenOf(process.pid).map((pid) => computedMsOfAll(pid) ?? 0));
  });
  const seconds = (performance.now() - since) / 1000;
  const { user, system } = process.cpuUsage(usage);
  if (!replayed.ok) throw new Error(JSON.stringify(replayed.problem));
  const { lines, problems } = replayed.value;
  if (lines !== LINES || problems.count > 0) throw new Error(JSON.stringify(problems.told));
  return [
    title,
    (lines / seconds).toFixed(0),
    ((user + system) / lines).toFixed(2),
    ((1000 * sandboxMs) / lines).toFixed(2),
    (statSync(recording).size / 1e6).toFixed(0),
  ];
}
