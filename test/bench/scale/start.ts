/**
 * From the start of the program to all zones answered, for the first time and again with what it
 * has kept; and whether a zone that has been answered once goes unanswered while others are loaded.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { BIN } from '../../support/bin.ts';
import { Client } from '../../support/client.ts';
import { startServer, type TestServer } from '../../support/dnsteer.ts';
import { freePort } from '../../support/ports.ts';
import { memoryOf, table } from '../measure.ts';
import { zoneOf } from './policies.ts';

const PATIENCE_MS = 600_000;
/** Zones that are asked for all the time, spread over all there are. */
const WATCHED = 50;
const EVERY_MS = 20;

/** Starts a server over the folder twice, and once more where all it had kept was prepared. */
export async function measureStart(folder: string, count: number): Promise<void> {
  const rows = [['', 'first answer, s', 'all zones, s', 'asked', 'not answered once answered', 'MiB']];
  for (const what of ['first start', 'start again', 'first start, prepared']) {
    if (what === 'first start, prepared') console.log(`dnsteer prepare: ${seconds(await prepare(folder))} s`);
    const port = await freePort();
    const from = performance.now();
    const watch = new Watch(await Client.open(port), count, from);
    const server = await startOver(folder, port);
    const took = performance.now() - from;
    const memory = await memoryOf(server.adminUrl);
    await server.stop();
    await watch.stop();
    rows.push([
      `${count} policies, ${what}`,
      seconds(watch.firstAfter),
      seconds(took),
      String(watch.asked),
      String(watch.lost),
      memory,
    ]);
  }
  table(rows);
}

/** Milliseconds that it takes. */
async function prepare(folder: string): Promise<number> {
  rmSync(path.join(folder, '.dnsteer'), { recursive: true });
  const from = performance.now();
  const child = spawn(process.execPath, [BIN, 'prepare'], { cwd: folder, stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - from;
}

export function startOver(
  folder: string,
  port?: number,
  processes = 1,
  config?: string,
): Promise<TestServer> {
  const where = { ...(port !== undefined && { port }), ...(config !== undefined && { config }) };
  // A line for each zone is for us to read as well.
  const env = { DNSTEER_LOG_LEVEL: 'warn' };
  return startServer({ folder, geo: 'city', processes, env, patienceMs: PATIENCE_MS, ...where });
}

class Watch {
  readonly #client: Client;
  readonly #from: number;
  readonly #zones: readonly string[];
  readonly #answered = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();
  #isEnding = false;
  firstAfter = Number.NaN;
  asked = 0;
  lost = 0;

  constructor(client: Client, count: number, from: number) {
    this.#client = client;
    this.#from = from;
    this.#zones = Array.from({ length: WATCHED }, (_, index) =>
      zoneOf(Math.floor((index * count) / WATCHED)),
    );
    let next = 0;
    this.#timer = setInterval(() => {
      const asked = this.#ask(this.#zones[next % WATCHED] ?? '').finally(() => this.#pending.delete(asked));
      this.#pending.add(asked);
      next += 1;
    }, EVERY_MS);
  }

  /** What is asked last may be lost with the server. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    this.#client.close();
  }

  async #ask(zone: string): Promise<void> {
    const wasAnswered = this.#answered.has(zone);
    this.asked += 1;
    const reply = await this.#client.ask(`www.${zone}`, 'A', 1000);
    if (reply?.rcode === 'NOERROR' && reply.answers.length > 0) {
      if (this.#answered.size === 0) this.firstAfter = performance.now() - this.#from;
      this.#answered.add(zone);
    } else if (wasAnswered && !this.#isEnding) {
      this.lost += 1;
    }
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
