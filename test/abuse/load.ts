/** A steady load of queries, of TXT unless said: sent by the clock, whether or not those before have been answered. */
import { Client } from '../support/client.ts';

/** A client that has no answer by then has none. */
const PATIENCE_MS = 6000;
const TICK_MS = 2;
/** After a pause of our own: no socket is to overflow for that. */
const MOST_AT_ONCE = 20;

type AskedType = 'A' | 'TXT';

export interface Reply {
  readonly name: string;
  /** `NOERROR TXT policy`, or `nothing`. */
  readonly text: string;
  readonly milliseconds: number;
}

export class SteadyLoad {
  readonly #client: Client;
  readonly #nameOf: (index: number) => string;
  readonly #perSecond: number;
  readonly #type: AskedType;
  readonly #from = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #replies: Promise<Reply>[] = [];

  private constructor(client: Client, nameOf: (index: number) => string, perSecond: number, type: AskedType) {
    this.#client = client;
    this.#nameOf = nameOf;
    this.#perSecond = perSecond;
    this.#type = type;
    this.#timer = setInterval(() => this.#send(), TICK_MS);
  }

  static async start(
    port: number,
    nameOf: (index: number) => string,
    perSecond: number,
    type: AskedType = 'TXT',
  ): Promise<SteadyLoad> {
    return new SteadyLoad(await Client.open(port), nameOf, perSecond, type);
  }

  /** Ends it; waits for what is on its way, and returns all that came of it. */
  async stop(): Promise<Reply[]> {
    clearInterval(this.#timer);
    const replies = await Promise.all(this.#replies);
    this.#client.close();
    return replies;
  }

  #send(): void {
    const asOfNow = Math.floor(((performance.now() - this.#from) * this.#perSecond) / 1000);
    const due = Math.min(asOfNow, this.#replies.length + MOST_AT_ONCE);
    while (this.#replies.length < due) {
      this.#replies.push(askOnce(this.#client, this.#nameOf(this.#replies.length), this.#type));
    }
  }
}

/** One query, and how long its answer took. */
export async function askOnce(client: Client, name: string, type: AskedType = 'TXT'): Promise<Reply> {
  const from = performance.now();
  const reply = await client.ask(name, type, PATIENCE_MS);
  const milliseconds = performance.now() - from;
  const text = reply === undefined ? 'nothing' : [reply.rcode, ...reply.answers].join(' ');
  return { name, text, milliseconds };
}
