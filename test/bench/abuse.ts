/**
 * What each attack of test/abuse costs: the innocent zones in latency, without the attack and with it,
 * the attacker's own clients, and the server in sandboxes and memory.
 *
 * `ratio` is that of the p99 of all innocent zones; after it, of each of them: one that needs no policy, one
 * whose policy is remembered, one whose policy is run for each query.
 * `alone` are the attacker's queries one at a time, with nothing queued ahead; `over budget` (and 2 ms) is
 * the part of these that took longer. `over deadline` is of all the attacker's queries. `runs` says how often
 * its policy was run in the end: the rest are fallbacks of a breaker or a quarantine. Times are in milliseconds.
 * Run: node test/bench/abuse.ts [attack …]
 */
import { globSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import { Arena, INNOCENTS, wrongAnswers } from '../abuse/arena.ts';
import { ATTACKED, type Attack, type HandlerAttack, isFileAttack } from '../abuse/attack.ts';
import { askOnce, type Reply } from '../abuse/load.ts';
import { MemoryWatch } from '../abuse/memory.ts';
import { Client } from '../support/client.ts';
import { quantile, table } from './measure.ts';

const SECONDS = 5;
const BUDGET_MS = 5;
const ALLOWED_MS = BUDGET_MS + 2;
const DEADLINE_MS = 50;
/** Queries one at a time, and the pause before each: so long, and the next sandbox is there. */
const ALONE = 20;
const ALONE_PAUSE_MS = 150;

const HEADER = [
  'attack',
  'innocent p50',
  'p99',
  'attacked p50',
  'p99',
  'ratio',
  'static',
  'remembered',
  'asked',
  'lost or wrong',
  'alone p50',
  'p99',
  'max',
  'over budget',
  'over deadline',
  'runs',
  'sandboxes lost',
  'peak MiB one/all',
  'named',
];

const chosen = process.argv.slice(2);
const FOLDER = path.resolve(import.meta.dirname, '../abuse/attacks');
const files = globSync('*.ts', { cwd: FOLDER })
  .filter((file) => chosen.length === 0 || chosen.includes(nameOf(file)))
  .sort();
const rows: string[][] = [HEADER];
for (const file of files) {
  const name = nameOf(file);
  const { attack } = (await import(path.join(FOLDER, file))) as { attack: Attack };
  const row = [name, ...(await measure(attack))];
  rows.push(row);
  console.log(row.join('  '));
}
table(rows);

/** As it is chosen: `endless-loop`. */
function nameOf(file: string): string {
  return file.replace(/(\.long\.test)?\.ts$/, '');
}

async function measure(attack: Attack): Promise<string[]> {
  const arena = await Arena.open(attack);
  preferClient(true);
  try {
    const memory = new MemoryWatch(arena.server.process.pid ?? 0);
    const before = await arena.peace(() => pause(1000 * SECONDS));
    const struck = await arena.peace(() => arena.strike(1000 * SECONDS));
    const counted = await arena.fallbacks();
    const { totals, zones } = await arena.server.status();
    const isNamed = isFileAttack(attack)
      ? await isTold(arena, attack.told)
      : isHarmless(attack, counted) || [...attack.ends, 'budget'].some((reason) => counted.has(reason));
    const alone = await oneAtATime(arena, attack);
    const { one, together } = memory.stop();
    const all = [...struck.value, ...alone];
    const [quiet, attacked] = [before.innocent, struck.innocent].map(latencies);
    const runs = zones.find(({ zone }) => zone === ATTACKED)?.policyRuns ?? 0;
    return [
      ms(quantile(quiet ?? [], 0.5)),
      ms(quantile(quiet ?? [], 0.99)),
      ms(quantile(attacked ?? [], 0.5)),
      ms(quantile(attacked ?? [], 0.99)),
      (quantile(attacked ?? [], 0.99) / quantile(quiet ?? [], 0.99)).toFixed(2),
      ...Object.keys(INNOCENTS).map((name) => ratioFor(name, before.innocent, struck.innocent)),
      String(wrongAnswers([...before.innocent, ...struck.innocent]).length),
      ms(quantile(latencies(alone), 0.5)),
      ms(quantile(latencies(alone), 0.99)),
      ms(Math.max(...latencies(alone))),
      share(alone, ALLOWED_MS),
      share(all, DEADLINE_MS),
      String(runs),
      String(totals.sandboxRestarts),
      `${one.toFixed(0)}/${together.toFixed(0)}`,
      isNamed ? 'yes' : 'NO',
    ];
  } finally {
    preferClient(false);
    await arena.server.stop();
  }
}

/** Clients are elsewhere: that this one waits for a processor of the server is not the server's delay. */
function preferClient(isPreferred: boolean): void {
  if (process.getuid?.() === 0) setPriority(isPreferred ? -20 : 0);
}

/** Then there is nothing to name. */
function isHarmless({ ends, mayFail }: HandlerAttack, counted: ReadonlyMap<string, number>): boolean {
  return ends.length === 0 || (mayFail === true && counted.size === 0);
}

async function isTold({ server }: Arena, told: RegExp): Promise<boolean> {
  return await server.printed(told).then(
    () => true,
    () => false,
  );
}

/** From a fresh version on, as one that has attacked may not be run any more. */
async function oneAtATime(arena: Arena, attack: Attack): Promise<Reply[]> {
  await arena.mend();
  await arena.rearm();
  const client = await Client.open(arena.server.port);
  const replies: Reply[] = [];
  for (let turn = 0; turn < ALONE; turn += 1) {
    await pause(ALONE_PAUSE_MS);
    // Both ends have slept meanwhile; how long the system takes to wake them is not what is measured.
    await askOnce(client, 'www.static.example');
    replies.push(
      await askOnce(client, `${isFileAttack(attack) ? 'sound' : 'attack'}${turn}.alone.${ATTACKED}`),
    );
  }
  client.close();
  return replies;
}

function ratioFor(name: string, before: readonly Reply[], struck: readonly Reply[]): string {
  const [quiet, attacked] = [before, struck].map((replies) =>
    quantile(latencies(replies.filter((reply) => reply.name === name)), 0.99),
  );
  return ((attacked ?? Number.NaN) / (quiet ?? Number.NaN)).toFixed(2);
}

function latencies(replies: readonly Reply[]): number[] {
  return replies.map(({ milliseconds }) => milliseconds);
}

function share(replies: readonly Reply[], limit: number): string {
  const over = latencies(replies).filter((each) => each > limit).length;
  return `${((100 * over) / replies.length).toFixed(1)}%`;
}

function ms(milliseconds: number): string {
  return milliseconds.toFixed(2);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
