/**
 * Carries out what control orders an answer process to do (rpc/control-protocol.ts), each order by the part
 * it is for.
 */
import { explainAsIf } from '../answer/explain/explain-as-if.ts';
import type { OctetsReader } from '../answer/replies/sent-octets.ts';
import type { Publisher } from '../answer/zones/zone-publisher.ts';
import { foreignWork } from '../base/loop/foreign-work.ts';
import { loop } from '../base/loop/loop-watch.ts';
import type { HealthTable } from '../health/table.ts';
import type { HealthReport } from '../health/target.ts';
import type { ToAnswer } from '../rpc/control-protocol.ts';
import type { SandboxLanes } from '../runner/lanes/lanes.ts';
import type { Answering } from './answering.ts';
import type { ControlLine } from './control-line.ts';
import type { Leaving } from './leaving.ts';
import type { Listening } from './listening.ts';
import { releasePolicy } from './release-policy.ts';
import type { StatsReport } from './stats-report.ts';

const ORDERS = foreignWork({
  name: 'orders of control',
  cause: 'control',
  kind: 'sliced',
  milliseconds: 1,
  octets: 262_144,
});

/** Orders that may be long: control sends the next of them once one was read. */
const PACED: ReadonlySet<ToAnswer['t']> = new Set([
  'zones',
  'octets',
  'signing-keys',
  'health',
  'overrides',
  'aliases',
]);

type Order = Exclude<ToAnswer, { t: 'start' }>;

export interface OrderParts {
  readonly answering: Answering;
  readonly publisher: Publisher;
  readonly octets: OctetsReader;
  readonly sandbox: SandboxLanes;
  readonly listening: Pick<Listening, keyof Listening>;
  readonly leaving: Leaving;
  readonly stats: StatsReport;
  readonly control: ControlLine;
}

export class Orders {
  readonly #parts: OrderParts;

  constructor(parts: OrderParts) {
    this.#parts = parts;
  }

  /** Begins to carry out an order. */
  take(order: Order): void {
    // A rejection is a bug: it ends this process, and control starts another.
    const isMarked = loop.begin(ORDERS);
    void this.#obey(order);
    if (isMarked) loop.end(order.t);
    // Control learns this in another turn of the loop: queries are answered before the next long order.
    if (PACED.has(order.t)) setImmediate(() => this.#parts.control.tell({ t: 'taken' }));
  }

  async #obey(order: Order): Promise<void> {
    const { answering, publisher, octets, listening, leaving, stats, control } = this.#parts;
    switch (order.t) {
      case 'listen':
        return listening.begin(order.sockets);
      case 'adopt':
        return listening.adopt(order.set, order.sockets);
      case 'leave':
        return listening.leave(order.set);
      case 'octets':
        return octets.take(order);
      case 'zones': {
        const problems = await publisher.apply(order.put, order.drop, order.expect);
        return control.tell({ t: 'applied', seq: order.seq, ...(problems.length > 0 && { problems }) });
      }
      case 'policies':
        return this.#parts.sandbox.begin();
      case 'signing-keys':
        return answering.signing.keys.take(order.zones);
      case 'secrets':
        return listening.setSecrets(order.secrets);
      case 'health':
        return takeHealth(answering.parts.health, order);
      case 'overrides':
        return publisher.override(order.zones);
      case 'aliases':
        return publisher.resolve(order.news);
      case 'cookies':
        return answering.parts.cookies.use(order);
      case 'settings':
        answering.use(order.settings);
        listening.use(order.settings);
        return control.tell({ t: 'in-force', id: order.id });
      case 'updated':
        return answering.updates?.settle(order);
      case 'recorded':
        return answering.recorder.outbox.settle(order.isWritten);
      case 'ping':
        return control.tell({ t: 'pong' });
      case 'stats':
        return stats.tell(order.id);
      case 'explain': {
        const { id, ask } = order;
        const explained = await explainAsIf(ask, answering.parts);
        if (!explained.ok) return control.tell({ t: 'unexplained', id, problem: explained.problem });
        return control.tell({ t: 'explained', id, explanation: explained.value });
      }
      case 'release': {
        const wasQuarantined = releasePolicy(order.zone, this.#parts);
        return control.tell({ t: 'released', id: order.id, wasQuarantined });
      }
      case 'drain':
        return leaving.drain(order.hasSuccessor);
      default:
        return order satisfies never;
    }
  }
}

function takeHealth(health: HealthTable, report: HealthReport): void {
  const { up, down, held = [], near = [], values = [] } = report;
  for (const target of down) health.set(target, 'down');
  for (const target of up) health.set(target, 'up');
  for (const target of held) health.set(target, 'held');
  for (let at = 0; at + 1 < near.length; at += 2) health.setNear(near[at] ?? 0, near[at + 1] ?? 0);
  for (const [target, latencyMs, load] of values)
    health.setValues(target, latencyMs ?? Number.NaN, load ?? Number.NaN);
}
