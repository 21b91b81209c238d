/** A live server with three innocent zones, each in need of another part of it, and the attacker's. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { ATTACKED, type Attack, isFileAttack, MENDED, NEWCOMER, policy, UNHARMED } from './attack.ts';
import { askOnce, type Reply, SteadyLoad } from './load.ts';

const run = promisify(execFile);

/** Name that is asked for → the one right answer. */
export const INNOCENTS: Readonly<Record<string, string>> = {
  'www.static.example': 'NOERROR TXT static',
  'www.remembered.example': 'NOERROR TXT remembered',
  'www.asked.example': 'NOERROR TXT asked for 127.0.0.1',
};

const FILES = {
  'static.example.zone': 'www 30 IN TXT static\n',
  'remembered.example.ts': policyOf(
    "(query) => ({ TXT: query.client.country === 'ZZ' ? 'no' : 'remembered' })",
  ),
  'asked.example.ts': policyOf("(query) => ({ TXT: 'asked for ' + query.client.ip })"),
};

/** What innocent zones were not to answer. */
export function wrongAnswers(replies: readonly Reply[]): string[] {
  const wrong = replies.filter(({ name, text }) => text !== INNOCENTS[name]);
  return wrong.map(({ name, text, milliseconds }) => `${name}: ${text} after ${milliseconds} ms`);
}

export interface ArenaOptions {
  readonly innocentsPerSecond?: number;
  readonly attacksPerSecond?: number;
}

export class Arena {
  readonly server: TestServer;
  readonly #attack: Attack;
  readonly #options: Required<ArenaOptions>;

  private constructor(server: TestServer, attack: Attack, options: Required<ArenaOptions>) {
    this.server = server;
    this.#attack = attack;
    this.#options = options;
  }

  static async open(attack: Attack, options: ArenaOptions = {}): Promise<Arena> {
    const sound = isFileAttack(attack) ? { ends: [] } : attack;
    const files = isFileAttack(attack) ? {} : (attack.files ?? {});
    const server = await startServer({
      policies: { ...FILES, ...files, [`${ATTACKED}.ts`]: policy(sound) },
      config: CONFIG,
      ...(attack.standIns && { standIns: true }),
    });
    const arena = new Arena(server, attack, { innocentsPerSecond: 100, attacksPerSecond: 40, ...options });
    mkdirSync(arena.#staged);
    if (isFileAttack(attack)) for (const zone of [ATTACKED, NEWCOMER]) attack.plant(arena.#staged, zone);
    for (const [name, right] of Object.entries(INNOCENTS)) await arena.becomes(name, right);
    await arena.becomes(`sound.${ATTACKED}`, UNHARMED);
    return arena;
  }

  /** Where the files of an attack wait for their moment. */
  get #staged(): string {
    return path.join(this.server.folder, 'staged');
  }

  get folder(): string {
    return path.join(this.server.folder, 'policies');
  }

  /** Load on the innocent, while `work` lasts. */
  async peace<T>(work: () => Promise<T>): Promise<{ value: T; innocent: readonly Reply[] }> {
    const { port } = this.server;
    const { innocentsPerSecond } = this.#options;
    const starting = Object.keys(INNOCENTS).map((name) =>
      SteadyLoad.start(port, () => name, innocentsPerSecond),
    );
    const loads = await Promise.all(starting);
    const over = async (): Promise<Reply[]> => (await Promise.all(loads.map((load) => load.stop()))).flat();
    try {
      const value = await work();
      return { value, innocent: await over() };
    } catch (error) {
      await over();
      throw error;
    }
  }

  /** Queries for the attacker's zone for so long; those that make a handler attack, if that is what attacks. */
  async strike(milliseconds: number): Promise<Reply[]> {
    const name = (index: number): string => `attack${index % NAMES}.${ATTACKED}`;
    const load = await SteadyLoad.start(this.server.port, name, this.#options.attacksPerSecond);
    if (isFileAttack(this.#attack)) await this.#plant();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return load.stop();
  }

  /** By another process, so that this one goes on asking. */
  async #plant(): Promise<void> {
    await run('cp', ['-a', `${this.#staged}/.`, this.folder]);
  }

  /** Puts things right, as whoever wrote the policy would; resolves when clients notice. */
  async mend(): Promise<void> {
    const zones = isFileAttack(this.#attack) ? [ATTACKED, NEWCOMER] : [ATTACKED];
    if (isFileAttack(this.#attack)) this.#attack.clear?.(this.folder);
    for (const zone of zones) this.server.write(`${zone}.ts`, policy({ ends: [] }, 'mended'));
    for (const zone of zones) await this.becomes(`attack.${zone}`, MENDED);
  }

  /** The attack once more, in a version that has done no harm yet. */
  async rearm(): Promise<void> {
    if (isFileAttack(this.#attack)) return this.#plant();
    this.server.write(`${ATTACKED}.ts`, policy(this.#attack));
    await this.becomes(`sound.${ATTACKED}`, UNHARMED);
  }

  /** Resolves when the answer is right. */
  async becomes(name: string, right: string): Promise<void> {
    const client = await Client.open(this.server.port);
    try {
      await until(
        async () => (await askOnce(client, name)).text,
        (text) => text === right,
      );
    } finally {
      client.close();
    }
  }

  /** As Prometheus is told: reason → count of the attacker's fallbacks. */
  async fallbacks(): Promise<Map<string, number>> {
    const page = await (await fetch(`${this.server.adminUrl}/metrics`)).text();
    const pattern = new RegExp(
      `^dnsteer_fallbacks_total\\{zone="${ATTACKED}",reason="(.*)"\\} (\\d+)$`,
      'gm',
    );
    return new Map([...page.matchAll(pattern)].map(([, reason = '', count]) => [reason, Number(count)]));
  }
}

/** Few enough for an attack to meet its own decisions again. */
const NAMES = 8;

/** An innocent has all the time it may need on a busy machine. */
const CONFIG = 'policy: { maxBudget: 5000, maxDeadline: 5000 }';

function policyOf(handler: string): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  budget: 5000,
  deadline: 5000,
  fallback: { TXT: 'fallback' },
  hosts: { www: ${handler} },
});
`;
}
