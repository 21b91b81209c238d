/** Queries at a steady rate from many ports, whose answers are looked at: right, another, or none. */
import { Client, type Reply } from '../support/client.ts';

export interface Question {
  readonly name: string;
  readonly type: 'A' | 'TXT';
  /** Whether the reply is what the policy says, and no fallback. */
  readonly isRight: (reply: Reply) => boolean;
}

export interface Tally {
  sent: number;
  /** No reply within the patience. */
  lost: number;
  /** A reply, and not what the policy says: mostly the fallback. */
  other: number;
}

/** The kernel spreads clients over processes by their port: with so many, each process has some. */
const CLIENTS = 16;
const TICK_MS = 10;
const PATIENCE_MS = 1000;

export class SteadyLoad {
  readonly #clients: readonly Client[];
  readonly #questions: readonly Question[];
  readonly #timer: NodeJS.Timeout;
  /** Whom queries sent from now on are counted for. */
  tally: Tally = { sent: 0, lost: 0, other: 0 };
  #next = 0;
  /** One reply of each kind that was not right, to be told at the end. */
  readonly oddities = new Map<string, number>();

  private constructor(clients: readonly Client[], questions: readonly Question[], perSecond: number) {
    this.#clients = clients;
    this.#questions = questions;
    const perTick = Math.max(1, Math.round((perSecond * TICK_MS) / 1000));
    this.#timer = setInterval(() => {
      for (let index = 0; index < perTick; index += 1) void this.#ask();
    }, TICK_MS);
  }

  static async start(port: number, questions: readonly Question[], perSecond: number): Promise<SteadyLoad> {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.open(port)));
    return new SteadyLoad(clients, questions, perSecond);
  }

  /** Whether every question is answered right on every client's port, now. */
  async allRight(patienceMs: number): Promise<boolean> {
    const asked = this.#clients.flatMap((client) =>
      this.#questions.map(async ({ name, type, isRight }) => {
        const reply = await client.ask(name, type, patienceMs);
        return reply !== undefined && isRight(reply);
      }),
    );
    return (await Promise.all(asked)).every(Boolean);
  }

  /** Resolves when the last query sent is answered or lost. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS + TICK_MS));
    for (const client of this.#clients) client.close();
  }

  async #ask(): Promise<void> {
    const { tally } = this;
    const client = this.#clients[this.#next % this.#clients.length];
    const question = this.#questions[this.#next % this.#questions.length];
    this.#next += 1;
    if (client === undefined || question === undefined) return;
    tally.sent += 1;
    const reply = await client.ask(question.name, question.type, PATIENCE_MS);
    if (reply === undefined) {
      tally.lost += 1;
    } else if (!question.isRight(reply)) {
      tally.other += 1;
      const oddity = `${question.name}: ${reply.rcode} ${reply.answers.join()}`;
      this.oddities.set(oddity, (this.oddities.get(oddity) ?? 0) + 1);
    }
  }
}
