/** Two servers that are asked the same: which answers each has, and how often. */
import assert from 'node:assert/strict';
import { type Answer, decode } from 'dns-packet';
import { packetOf } from '../answer/packet.ts';
import { UdpPeer } from '../support/udp-peer.ts';

/** Answers and how often they came, each as its records in order. */
export type Shares = ReadonlyMap<string, number>;

export class Peers {
  readonly #ours: UdpPeer;
  readonly #theirs: UdpPeer;

  private constructor(ours: UdpPeer, theirs: UdpPeer) {
    this.#ours = ours;
    this.#theirs = theirs;
  }

  static async open(ours: number, theirs: number): Promise<Peers> {
    return new Peers(await UdpPeer.open(ours), await UdpPeer.open(theirs));
  }

  close(): void {
    this.#ours.close();
    this.#theirs.close();
  }

  /** One answer of each is the same: response code, and records as a set, with TTLs where `ttl`. */
  async assertSame(question: string, ecs: string | undefined, ttl = true): Promise<void> {
    const packet = packetOf({ question, ...(ecs !== undefined && { ecs }) });
    const [ours, theirs] = await Promise.all([this.#ours.ask(packet), this.#theirs.ask(packet)]);
    assert.deepEqual(told(ours, ttl), told(theirs, ttl), `${question} from ${ecs}`);
  }

  /** What each answers to one question over many times. */
  async shares(
    question: string,
    ecs: string | undefined,
    times: number,
  ): Promise<{ ours: Shares; theirs: Shares }> {
    const packet = packetOf({ question, ...(ecs !== undefined && { ecs }) });
    const counts = [new Map<string, number>(), new Map<string, number>()] as const;
    for (let time = 0; time < times; time++) {
      const replies = await Promise.all([this.#ours.ask(packet), this.#theirs.ask(packet)]);
      for (const [index, reply] of replies.entries()) {
        const text = told(reply, false);
        counts[index]?.set(text, (counts[index].get(text) ?? 0) + 1);
      }
    }
    return { ours: counts[0], theirs: counts[1] };
  }

  /** Both have the same answers, about as often: within so much of all. */
  async assertShares(question: string, ecs: string | undefined, times = 400, slack = 0.12): Promise<void> {
    const { ours, theirs } = await this.shares(question, ecs, times);
    assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort(), question);
    for (const [text, count] of ours) {
      const apart = Math.abs(count - (theirs.get(text) ?? 0)) / times;
      assert.ok(apart < slack, `${question}: ${text} ${count} and ${theirs.get(text)} of ${times}`);
    }
  }
}

function told(reply: Buffer, ttl: boolean): string {
  const { answers = [], rcode } = decode(reply) as ReturnType<typeof decode> & { rcode?: string };
  return [rcode, ...answers.map((answer) => recordText(answer, ttl)).sort()].join(' | ');
}

function recordText(answer: Answer, ttl: boolean): string {
  const data = 'data' in answer ? answer.data : undefined;
  const seconds = ttl && 'ttl' in answer ? `${answer.ttl} ` : '';
  return `${answer.name.toLowerCase()} ${seconds}${answer.type} ${JSON.stringify(data)}`;
}
