/**
 * What the attacks of test/abuse do to others: rounds without the attack and with it take turns, and innocent zones are
 * asked all the while, one that needs no policy, one whose policy is remembered, one whose policy is run for each query.
 *
 * `late` are answers after 50 ms, by round: with an attack the median is to be no worse than the worst without.
 * `turn` is the longest of an answering process, of the processor; `timer` how late its timers were at most, and those
 * of an idle process beside it. Times are in milliseconds.
 * Run: node test/bench/abuse.ts [attack …]
 */
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import { Arena, INNOCENTS, wrongAnswers } from '../abuse/arena.ts';
import type { Attack } from '../abuse/attack.ts';
import { type Reply, SteadyLoad } from '../abuse/load.ts';
import { IdleTwin, loopsOf } from '../abuse/loops.ts';
import { MemoryWatch } from '../abuse/memory.ts';
import { openFor, type StrangerAttack, strikeFrom } from '../abuse/strangers/stranger.ts';
import type { TestServer } from '../support/dnsteer.ts';
import { median, quantile, table } from './measure.ts';

const ROUNDS = 3;
const ROUND_MS = 3000;
const LATE_MS = 50;
const PER_SECOND = 100;
/**
 * Clients are elsewhere: that an innocent one waits for a processor of the server is not the server's delay, and no
 * attacker takes one from the server.
 */
const MAY_PREFER = process.getuid?.() === 0;
const STRIKER_PRIORITY = 10;

const HEADER = [
  'attack',
  'p50',
  'p99',
  'attacked p50',
  'p99',
  'lost',
  'wrong',
  'late',
  'late, attacked',
  'no worse',
].concat(['quarantined', 'turn', 'timer', 'idle timer', 'peak MiB one/all']);

/** A server, and an attack that lasts as long as some work. */
interface Contest {
  readonly server: TestServer;
  readonly attacked: (work: () => Promise<Reply[]>) => Promise<Reply[]>;
  /** Puts things right between two rounds. */
  readonly mend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const ABUSE = path.resolve(import.meta.dirname, '../abuse');
const chosen = process.argv.slice(2);
const rows: string[][] = [HEADER];
for (const file of globSync(['attacks/*.ts', 'strangers/*.test.ts'], { cwd: ABUSE }).sort()) {
  const name = path.basename(file).replace(/(\.long)?(\.test)?\.ts$/, '');
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const place = path.join(ABUSE, file);
  const { attack } = (await import(place)) as { attack: Attack | StrangerAttack };
  const row = [
    name,
    ...(await measure('strike' in attack ? await strangers(attack, place) : await policy(attack))),
  ];
  rows.push(row);
  console.log(row.join('  '));
}
table(rows);

async function policy(attack: Attack): Promise<Contest> {
  const arena = await Arena.open(attack);
  return {
    server: arena.server,
    attacked: async (work) => (await Promise.all([work(), arena.strike(ROUND_MS)]))[0],
    mend: async () => {
      await arena.mend();
      await arena.rearm();
    },
    close: async () => void (await arena.server.stop()),
  };
}

async function strangers(attack: StrangerAttack, file: string): Promise<Contest> {
  const { server, target, close } = await openFor(attack);
  return {
    server,
    attacked: async (work) => {
      const striker = strikeFrom(file, target);
      if (MAY_PREFER) setPriority(striker.pid ?? 0, STRIKER_PRIORITY);
      await once(striker, 'message');
      try {
        return await work();
      } finally {
        striker.kill('SIGKILL');
      }
    },
    mend: () => Promise.resolve(),
    close,
  };
}

async function measure({ server, attacked, mend, close }: Contest): Promise<string[]> {
  preferClient(true);
  try {
    const memory = new MemoryWatch(server.process.pid ?? 0);
    const twin = await IdleTwin.start();
    const [quiet, struck]: [Reply[][], Reply[][]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      quiet.push(await asked(server.port));
      struck.push(await attacked(() => asked(server.port)));
      if (round + 1 < ROUNDS) await mend();
    }
    const idleMs = await twin.stop();
    const { turnMs, delayMs } = await loopsOf(server);
    const { zones } = await server.status();
    const innocent = new Set(Object.keys(INNOCENTS).map((name) => name.replace('www.', '')));
    const quarantined = zones.filter(({ zone, breaker }) => innocent.has(zone) && breaker === 'quarantined');
    const { one, together } = memory.stop();
    const wrong = wrongAnswers([...quiet, ...struck].flat());
    const lost = wrong.filter((text) => text.includes(': nothing after'));
    const [lateQuiet, lateStruck] = [quiet.map(late), struck.map(late)];
    return [
      ...percentiles(quiet.flat()),
      ...percentiles(struck.flat()),
      String(lost.length),
      String(wrong.length - lost.length),
      lateQuiet.join(' '),
      lateStruck.join(' '),
      median(lateStruck) <= Math.max(...lateQuiet) ? 'yes' : 'NO',
      String(quarantined.length),
      turnMs.toFixed(1),
      delayMs.toFixed(1),
      idleMs.toFixed(1),
      `${one.toFixed(0)}/${together.toFixed(0)}`,
    ];
  } finally {
    preferClient(false);
    await close();
  }
}

/** Innocent zones, for one round. */
async function asked(port: number): Promise<Reply[]> {
  const names = Object.keys(INNOCENTS);
  const loads = await Promise.all(names.map((name) => SteadyLoad.start(port, () => name, PER_SECOND)));
  await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  return (await Promise.all(loads.map((load) => load.stop()))).flat();
}

function percentiles(replies: readonly Reply[]): string[] {
  const times = replies.map(({ milliseconds }) => milliseconds);
  return [0.5, 0.99].map((share) => quantile(times, share).toFixed(2));
}

function late(replies: readonly Reply[]): number {
  return replies.filter(({ milliseconds }) => milliseconds > LATE_MS).length;
}

function preferClient(isPreferred: boolean): void {
  if (MAY_PREFER) setPriority(isPreferred ? -20 : 0);
}
