/** A live server with three innocent zones, each in need of another part of it, and the attacker's. */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { type LogLine, logLine } from '../support/log.ts';
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

export const FILES = {
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

/** Names of zones. */
export interface ArenaZones {
  readonly attacked: string;
  /** Its first version is the attack. */
  readonly newcomer: string;
}

/** A server for one attack after the other. */
export function startArenas(standIns: boolean): Promise<TestServer> {
  return startServer({ policies: FILES, config: CONFIG, standIns, patienceMs: PATIENCE_MS });
}

export class Arena {
  readonly server: TestServer;
  readonly zones: ArenaZones;
  readonly #attack: Attack;
  readonly #options: Required<ArenaOptions>;
  /** Characters the server had printed before. */
  #printedBefore = 0;

  private constructor(server: TestServer, attack: Attack, zones: ArenaZones, options: ArenaOptions) {
    this.server = server;
    this.#attack = attack;
    this.zones = zones;
    this.#options = { innocentsPerSecond: 100, attacksPerSecond: 40, ...options };
  }

  /** On a server of its own. */
  static async open(attack: Attack, options: ArenaOptions = {}): Promise<Arena> {
    const server = await startServer({
      policies: { ...FILES, ...filesOf(attack, ATTACKED) },
      config: CONFIG,
      patienceMs: PATIENCE_MS,
      ...(attack.standIns && { standIns: true }),
    });
    const arena = new Arena(server, attack, { attacked: ATTACKED, newcomer: NEWCOMER }, options);
    await arena.#isReady();
    return arena;
  }

  /** On one of {@link startArenas}, in zones of its own: other attacks have been there before. */
  static async enter(server: TestServer, attack: Attack, zones: ArenaZones): Promise<Arena> {
    const arena = new Arena(server, attack, zones, {});
    arena.#printedBefore = server.output().length;
    for (const [file, text] of Object.entries(filesOf(attack, zones.attacked))) server.write(file, text);
    await arena.#isReady();
    return arena;
  }

  async #isReady(): Promise<void> {
    const { attacked, newcomer } = this.zones;
    rmSync(this.#staged, { recursive: true, force: true });
    mkdirSync(this.#staged);
    const attack = this.#attack;
    if (isFileAttack(attack)) for (const zone of [attacked, newcomer]) attack.plant(this.#staged, zone);
    for (const [name, right] of Object.entries(INNOCENTS)) await this.becomes(name, right);
    await this.becomes(`sound.${attacked}`, UNHARMED);
  }

  /** All that the server has printed since. */
  output(): string {
    return this.server.output().slice(this.#printedBefore);
  }

  /** As the log tells of a zone, once it does. */
  told(zone: string, what: RegExp): Promise<LogLine> {
    return logLine(this.server, zone, what, this.#printedBefore);
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
    const name = (index: number): string => `attack${index % NAMES}.${this.zones.attacked}`;
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
    const { attacked, newcomer } = this.zones;
    const zones = isFileAttack(this.#attack) ? [attacked, newcomer] : [attacked];
    if (isFileAttack(this.#attack)) this.#attack.clear?.(this.folder);
    for (const zone of zones) this.server.replace(`${zone}.ts`, policy({ ends: [] }, 'mended'));
    for (const zone of zones) await this.becomes(`attack.${zone}`, MENDED);
  }

  /** The attack once more, in a version that has done no harm yet. */
  async rearm(): Promise<void> {
    if (isFileAttack(this.#attack)) return this.#plant();
    const { attacked } = this.zones;
    this.server.write(`${attacked}.ts`, policy(this.#attack));
    await this.becomes(`sound.${attacked}`, UNHARMED);
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
      `^dnsteer_fallbacks_total\\{zone="${this.zones.attacked}",reason="(.*)"\\} (\\d+)$`,
      'gm',
    );
    return new Map([...page.matchAll(pattern)].map(([, reason = '', count]) => [reason, Number(count)]));
  }
}

/** What computes for seconds before it is refused takes long on a busy machine. */
const PATIENCE_MS = 60_000;
/** Few enough for an attack to meet its own decisions again. */
const NAMES = 8;

/** An innocent has all the time it may need on a busy machine. */
export const CONFIG = 'policy: { maxBudget: 5000, maxDeadline: 5000 }';

function filesOf(attack: Attack, zone: string): Readonly<Record<string, string>> {
  if (isFileAttack(attack)) return { [`${zone}.ts`]: policy({ ends: [] }) };
  return { ...attack.files, [`${zone}.ts`]: policy(attack) };
}

function policyOf(handler: string): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  budget: 100,
  deadline: 5000,
  fallback: { TXT: 'fallback' },
  hosts: { www: ${handler} },
});
`;
}
