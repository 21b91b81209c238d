/**
 * A crowd of clients, each with a UDP socket of its own, so that the kernel spreads them over all processes of a
 * server: queries by the clock, and of each whether it was answered, rightly and how soon.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';

/** From here on an answer is late: a client notices. */
const LATE_MS = 50;
const TICK_MS = 2;
/** After a pause of our own: no socket is to overflow for that. */
const MOST_AT_ONCE = 50;

export interface CrowdOptions {
  readonly port: number;
  /** Name (type TXT) → the text of the one right answer; asked for in turn. */
  readonly questions: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly clients?: number;
  /** Milliseconds after which an answer does not count any more. */
  readonly patienceMs?: number;
}

export interface Tally {
  readonly sent: number;
  readonly lost: number;
  readonly late: number;
  readonly wrong: number;
  /** Milliseconds the slowest answer took. */
  readonly slowest: number;
}

interface Asked {
  readonly at: number;
  readonly right: string;
  readonly tally: { -readonly [key in keyof Tally]: Tally[key] };
}

export class Crowd {
  readonly #options: CrowdOptions;
  readonly #sockets: Socket[] = [];
  /** Of each client, by the id of the query. */
  readonly #asked: Map<number, Asked>[] = [];
  readonly #packets: readonly (readonly [Buffer, string])[];
  readonly #from = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  /** What the clock says is due, less what was not sent for a pause of our own. */
  #skipped = 0;
  #tally = emptyTally();

  private constructor(options: CrowdOptions) {
    this.#options = options;
    this.#packets = Object.entries(options.questions).map(([name, right]) => [
      dnsPacket.encode({ type: 'query', questions: [{ type: 'TXT', name }] }),
      right,
    ]);
  }

  static async gather(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options);
    for (let index = 0; index < (options.clients ?? 16); index += 1) await crowd.#admit(index);
    crowd.#timer = setInterval(() => crowd.#send(), TICK_MS);
    return crowd;
  }

  /** Counts from 0 from now on; what is on its way still counts for before. Returns what is counted from now on. */
  begin(): Tally {
    this.#tally = emptyTally();
    return this.#tally;
  }

  /**
   * Ends it, once all is answered or given up; of all that was sent since it began, or since {@link begin}. A crowd
   * that stays keeps a test's process alive, so a test leaves whatever happens: a second time does nothing.
   */
  async leave(): Promise<Tally> {
    clearInterval(this.#timer);
    await this.settled();
    for (const socket of this.#sockets.splice(0)) socket.close();
    return this.#tally;
  }

  /** Resolves when all that was sent by now is answered or given up. */
  async settled(): Promise<void> {
    const limit = performance.now() + (this.#options.patienceMs ?? 5000);
    const open = this.#asked.flatMap((asked) => [...asked].map(([id, one]) => ({ asked, id, one })));
    for (const { asked, id, one } of open) {
      while (asked.get(id) === one && performance.now() < limit) await pause();
      if (asked.get(id) !== one) continue;
      asked.delete(id);
      one.tally.lost += 1;
    }
  }

  async #admit(index: number): Promise<void> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.connect(this.#options.port, '127.0.0.1');
    await once(socket, 'connect');
    const asked = new Map<number, Asked>();
    socket.on('message', (packet) => this.#take(asked, packet));
    // Nobody listens there at the moment, says ICMP.
    socket.on('error', () => {});
    this.#sockets[index] = socket;
    this.#asked[index] = asked;
  }

  #send(): void {
    const asOfNow = Math.floor(((performance.now() - this.#from) * this.#options.perSecond) / 1000);
    const due = asOfNow - this.#skipped - this.#count;
    this.#skipped += Math.max(0, due - MOST_AT_ONCE);
    for (let left = Math.min(due, MOST_AT_ONCE); left > 0; left -= 1) this.#ask();
  }

  #ask(): void {
    const [packet, right] = this.#packets[this.#count % this.#packets.length] ?? [];
    const client = (this.#count * 7) % this.#sockets.length;
    const id = this.#count & 0xffff;
    this.#count += 1;
    const [socket, asked] = [this.#sockets[client], this.#asked[client]];
    if (packet === undefined || right === undefined || asked === undefined) return;
    const before = asked.get(id);
    if (before !== undefined) before.tally.lost += 1;
    const octets = Buffer.from(packet);
    octets.writeUInt16BE(id);
    asked.set(id, { at: performance.now(), right, tally: this.#tally });
    this.#tally.sent += 1;
    socket?.send(octets);
  }

  #take(asked: Map<number, Asked>, packet: Buffer): void {
    const id = packet.readUInt16BE();
    const one = asked.get(id);
    if (one === undefined) return;
    asked.delete(id);
    const took = performance.now() - one.at;
    if (took > LATE_MS) one.tally.late += 1;
    one.tally.slowest = Math.max(one.tally.slowest, took);
    if (!packet.includes(one.right)) one.tally.wrong += 1;
  }
}

function emptyTally(): { -readonly [key in keyof Tally]: Tally[key] } {
  return { sent: 0, lost: 0, late: 0, wrong: 0, slowest: 0 };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
