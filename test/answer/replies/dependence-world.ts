/**
 * Two servers that are asked the same, of which one makes each reply anew, and a pipeline in them that has one step more:
 * what it reads shows in the TTL of the answer.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Exchange } from '../../../runtime/answer/exchange.ts';
import { run } from '../../../runtime/answer/pipeline.ts';
import type { PlanData } from '../../../runtime/rpc/plan.ts';
import { GEO } from '../places.ts';
import { Server } from '../server.ts';
import { type Asking, cookies, type Input, packetOf, pairs } from './asking.ts';

const RECORDS = `
static A 192.0.2.7
mail MX 10 static
mail MX 20 forty
*.wild A 192.0.2.8
moved DNAME wild
${Array.from({ length: 40 }, (_, index) => `forty A 192.0.2.${100 + index}`).join('\n')}
`;
const pool = (named: string): PlanData => ({ kind: 'pool', pool: named });
const BOTH = [pool('one'), pool('two')];

/** One server, with a pipeline in it of which one step may be other than it should be. */
export class Half {
  readonly server: Server;
  readonly exchange: Exchange;
  #asking: Asking | undefined;

  constructor(packetSlots: number, read?: (exchange: Exchange, half: Half) => unknown) {
    this.server = new Server({ packetSlots, cookies: cookies(), identity: { name: 'here' } });
    this.server.put({
      records: RECORDS,
      policy: {
        pools: {
          one: {
            records: { A: ['192.0.2.1', '192.0.2.2'] },
            at: [50, 8],
            capacity: 1,
            check: { type: 'tcp', port: 80 },
          },
          two: { records: { A: ['192.0.2.3'] }, at: [39, -77], capacity: 1 },
        },
        hosts: {
          pool: pool('one'),
          chosen: { kind: 'firstHealthy', of: BOTH },
          weighted: { kind: 'weighted', of: BOTH.map((plan) => ({ plan, weight: 1 })) },
          near: { kind: 'nearest', of: BOTH },
          table: {
            kind: 'geo',
            of: BOTH,
            places: [
              ['DE', 'US-VA', 'OC'],
              ['european-union', 'default'],
            ],
          },
          named: { kind: 'sticky', of: BOTH.map((plan) => ({ plan, weight: 1 })), by: 'name' },
          alias: { kind: 'cname', target: 'Forty.example.com.', ttl: 9 },
        },
      },
    });
    this.exchange = new Exchange(GEO, this.server.health, {
      random: () => this.asking.chance,
      clock: () => this.asking.now,
    });
    if (read !== undefined) this.#addStep(read);
  }

  /** What is asked now. */
  get asking(): Asking {
    return this.#asking ?? assert.fail('nothing is asked');
  }

  /** Answers differ, by their TTL, where what the step reads does. */
  #addStep(read: (exchange: Exchange, half: Half) => unknown): void {
    const { exchange } = this;
    const { steering } = exchange;
    const choose = steering.choose.bind(steering);
    steering.choose = (plan, type, into, steps) => {
      choose(plan, type, into, steps);
      into.ttl = textHash(read(exchange, this));
    };
  }

  ask(asking: Asking): string {
    this.#asking = asking;
    const { exchange } = this;
    const requester = { transport: asking.transport, address: asking.from, reply: () => {} };
    exchange.begin(packetOf(asking), requester, asking.arrivedAt);
    const transfers = { takesUpdates: false, take: () => false };
    const outcome = run(exchange, { ...this.server.parts, transfers });
    return outcome === 'reply' ? Buffer.from(exchange.writer.message()).toString('hex') : outcome;
  }
}

function textHash(value: unknown): number {
  let hash = 0;
  for (const letter of JSON.stringify(value) ?? '')
    hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) & 0xfffffff;
  return hash;
}

/** What is made and what is taken are the same, when one asks, another asks, and the first asks again. */
export function law(
  inputs: readonly Input[],
  read?: (exchange: Exchange, half: Half) => unknown,
): fc.IProperty<[readonly [Asking, Asking]]> & { readonly halves: readonly [Half, Half] } {
  const halves = [new Half(0, read), new Half(1024, read)] as const;
  const property = fc.property(pairs(inputs), ([one, other]) => {
    halves[1].server.parts.packets?.clear();
    for (const asking of [one, one, other, one]) {
      const [made, taken] = [halves[0].ask(asking), halves[1].ask(asking)];
      assert.equal(taken, made, JSON.stringify(asking));
    }
  });
  return Object.assign(property, { halves });
}
