/**
 * The plan `bounded`: as `sticky`, but no pool gets much more than it is made for: consistent hashing with bounded loads
 * (Mirrokni, Thorup and Zadimoghaddam 2018, "Consistent Hashing with Bounded Loads"), over the order of rendezvous hashing in
 * place of a ring. Each client has an order of its own among the pools, by their capacities, and gets the first that is not full.
 *
 * The load of a pool is how many answers it was given in the last minute. It is full when that is more than its capacity,
 * and also more than 1 + slack times its part of the load of all: so there is always one that is not.
 */
import { keyPath } from '../../base/key-path.ts';
import { fnv1a } from '../../base/structures/fnv.ts';
import { drawOf } from '../../base/structures/rendezvous.ts';
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import { type AskedFor, type Candidates, type ChoosingKind, type Client, NOBODY } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import type { PlanByKind, PoolPlan } from '../plan.ts';
import { MAX_PARTS, type PlanReader } from '../plan-reader.ts';
import { readStickBy, type StickBy, type StickByData, stickHash, stickText, stickWhy } from './stick-by.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly bounded: StickByData & {
      readonly kind: 'bounded';
      readonly of: readonly PlanData[];
      readonly slack?: number;
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly bounded: StickBy & {
      readonly kind: 'bounded';
      readonly of: readonly PoolPlan[];
      /** By member: the hash of its name. */
      readonly seeds: readonly number[];
      readonly slack: number;
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

type BoundedPlan = PlanByKind['bounded'];

const USUAL_SLACK = 0.25;
const [LEAST_SLACK, MOST_SLACK] = [0.01, 10];
const SECONDS = 60;

export const bounded: ChoosingKind<'bounded'> = {
  goesByName: true,
  compile(data, path, ttl, reader) {
    const of = reader.each(data, path, (inner, at) => readMember(inner, at, ttl, reader));
    return {
      kind: 'bounded',
      of,
      seeds: of.map(({ pool }) => fnv1a(pool.name)),
      slack: readSlack(data.slack, keyPath(keyPath(path, 'bounded'), 'slack'), reader),
      ...readStickBy(data, path, reader),
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: ({ of }) => OBJECT * (2 + of.length),
  text(plan, inside) {
    const slack = plan.slack === undefined || plan.slack === USUAL_SLACK ? '' : `, slack ${plan.slack}`;
    return `bounded(${inside.join(', ')}${slack})${stickText(plan)}`;
  },
  pick: pickBelowBound,
  why(plan, index, client) {
    const load = loadOf(plan.of[index], client.moment());
    return `${stickWhy(plan)}, ${Math.round(load)} of ${SECONDS * capacityOf(plan.of[index])} answers a minute`;
  },
};

function readMember(data: unknown, path: string, ttl: number, reader: PlanReader): PoolPlan {
  const plan = reader.poolChoice(data, path, ttl);
  if (plan.pool.capacity === undefined)
    reader.refuse(
      path,
      `Pool "${plan.pool.name}" needs "capacity", the queries a second that it is made for`,
    );
  return plan;
}

function readSlack(slack: unknown, path: string, reader: PlanReader): number {
  if (slack === undefined) return USUAL_SLACK;
  if (typeof slack === 'number' && slack >= LEAST_SLACK && slack <= MOST_SLACK) return slack;
  reader.refuse(path, `Must be a number from ${LEAST_SLACK} to ${MOST_SLACK}`);
  return USUAL_SLACK;
}

/** The first of the client's own order is nearly always below its capacity: nobody else is looked at then. */
function pickBelowBound(
  plan: BoundedPlan,
  candidates: Candidates,
  client: Client,
  _chance: unknown,
  asked: AskedFor,
): number {
  const now = client.moment();
  const hash = stickHash(plan, client, asked);
  const first = pickWithin(plan, candidates, hash, Number.NaN);
  const member = plan.of[first];
  const madeFor = SECONDS / asked.processes;
  if (loadOf(member, now) < madeFor * capacityOf(member)) return first;
  let [load, capacity] = [0, 0];
  for (let index = 0; index < plan.of.length; index += 1) {
    if (!candidates.has(index)) continue;
    const own = loadOf(plan.of[index], now);
    LOADS[index] = own;
    load += own;
    capacity += capacityOf(plan.of[index]);
  }
  return pickWithin(plan, candidates, hash, Math.max(madeFor, ((1 + plan.slack) * (load + 1)) / capacity));
}

/** By member, answers in the last minute; written over by each query, which so allocates nothing. */
const LOADS = new Float64Array(MAX_PARTS);

/** The first in the order of a hash whose load is below `bound` for each of its capacity; NaN: whatever its load. */
function pickWithin({ of, seeds }: BoundedPlan, candidates: Candidates, hash: number, bound: number): number {
  let best = NOBODY;
  let bestDraw = Number.POSITIVE_INFINITY;
  for (let index = 0; index < of.length; index += 1) {
    const own = capacityOf(of[index]);
    if (!candidates.has(index) || (LOADS[index] ?? 0) >= bound * own) continue;
    const draw = drawOf(hash, seeds[index] ?? 0, own);
    if (draw >= bestDraw) continue;
    best = index;
    bestDraw = draw;
  }
  return best;
}

function loadOf(member: PoolPlan | undefined, now: number): number {
  return member?.pool.load?.perMinute(now) ?? 0;
}

function capacityOf(member: PoolPlan | undefined): number {
  return member?.pool.capacity ?? 1;
}
