/** Mutated messages, one after the other, to a responder in this process. */
import type { Requester } from '../../../runtime/answer/exchange.ts';
import { Signer } from '../../../runtime/tsig/signature.ts';
import type { Server } from '../../answer/server.ts';
import { seededRandom } from '../../answer/world.ts';
import { pick } from '../../support/mutate.ts';
import { mutatePacket } from '../../support/mutate-packet.ts';
import { KEY } from '../../transfer/keys.ts';
import { richServer } from './rich-server.ts';
import { seeds } from './seeds.ts';
import type { Tally } from './tally.ts';

const TRANSPORTS = ['udp', 'udp', 'udp', 'udp', 'tcp', 'tcp', 'tls', 'https'] as const;
const CLIENTS = ['192.0.2.53', '198.51.100.7', '2001:db8:49::1', Uint8Array.of(203, 0, 113, 9)] as const;

/** Messages that follow from a seed. */
export class Mutations {
  readonly random: () => number;
  readonly #seeds = seeds();

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  next(): Buffer {
    const { random } = this;
    const mutated = mutatePacket(pick(this.#seeds, random), pick(this.#seeds, random), random);
    // What is behind a good signature is to be wrong as well.
    return random() < 0.03 && mutated.length >= 12
      ? Buffer.from(new Signer(KEY, undefined).sign(mutated).signed)
      : mutated;
  }
}

export class InProcess {
  readonly #mutations: Mutations;
  readonly #tally: Tally;
  readonly #server = richServer();

  constructor(seed: number, tally: Tally) {
    this.#mutations = new Mutations(seed);
    this.#tally = tally;
  }

  run(count: number): void {
    for (let done = 0; done < count; done += 1) this.#send(this.#mutations.next());
    forget(this.#server);
  }

  /** Queries that the server has counted as answered. */
  get counted(): number {
    return this.#server.counters.queries().reduce((sum, { count }) => sum + count, 0);
  }

  #send(message: Buffer): void {
    const { random } = this.#mutations;
    const transport = pick(TRANSPORTS, random);
    const replies: Buffer[] = [];
    const reply = (response: Uint8Array): unknown => replies.push(Buffer.from(response));
    const requester: Requester = {
      transport,
      address: pick(CLIENTS, random),
      reply,
      ...(transport !== 'udp' && transport !== 'https' && { replyAll: (all) => readAll(all, reply) }),
    };
    const { responder, sandbox } = this.#server;
    sandbox.isHeld = random() < 0.2;
    const sent = Buffer.from(message);
    try {
      const isAnswered = responder.respond(sent, requester);
      if (!sent.equals(message)) this.#tally.violate('the message is written to', message, transport);
      // Whoever waits for a policy has a copy of its own: this buffer is for the next message.
      sent.fill(0xff);
      while (sandbox.held > 0) sandbox.release();
      this.#tally.note(message, replies, transport);
      if (isAnswered !== replies.length > 0) this.#tally.violate('told otherwise', message, transport);
      if (requester.replyAll === undefined && replies.length > 1)
        this.#tally.violate('several replies', message, transport);
    } catch (error) {
      this.#tally.violate(`thrown: ${String(error)}`, message, transport);
    }
  }
}

function readAll(messages: Iterator<Uint8Array>, take: (message: Uint8Array) => unknown): void {
  for (let next = messages.next(); next.done !== true; next = messages.next()) take(next.value);
}

/** What the server in process keeps for tests to look at. */
function forget({ fallbacks, news, lines, transfers, contradictions, sandbox }: Server): void {
  for (const list of [fallbacks, news, lines, transfers, contradictions, sandbox.asked]) list.length = 0;
}
