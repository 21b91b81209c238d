/**
 * Explanations as if: with pools down or up whatever the probes say, at another moment, by chance that comes to the same
 * each time. What is assumed is kept beside what is known, so that no client's answer changes by it.
 */
import { fail, ok, type Result } from '../../base/result.ts';
import { meant } from '../../base/suggest.ts';
import type { HealthTable } from '../../health/table.ts';
import { checkedSlots, type Pool, recordsInPool } from '../../plan/plan.ts';
import type { AsIf, ExplainAsk, Explained } from '../../rpc/explanation.ts';
import { nameFromText } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import { Exchange } from '../exchange.ts';
import { seededChance } from '../steering/seeded-chance.ts';
import type { ServedZone } from '../zones/served-zone.ts';
import { type ExplainParts, explain, explainAgain } from './explain.ts';

/** Explains an answer with what the question assumes; fails where it names a pool that is not there. */
export async function explainAsIf(question: ExplainAsk, parts: ExplainParts): Promise<Explained> {
  const { thrown, name } = question;
  if (question.asIf === undefined) return ok(await explain(question, parts));
  const asIf = thrown === undefined ? question.asIf : stillThere(question.asIf, name, parts);
  const health = healthAsIf(asIf, name, parts);
  if (!health.ok) return health;
  const { at, seed } = asIf;
  const moment = at === undefined ? undefined : Date.parse(at);
  const clock = moment === undefined ? parts.clock : () => moment;
  // A query that waits begins anew, and what it throws then is the first throw again.
  const again = thrown && ((): number => thrown[exchange.draw.count - 1] ?? Math.random());
  const random = again ?? (seed === undefined ? parts.random : seededChance(seed));
  const exchange: Exchange = new Exchange(parts.geo, health.value, {
    ...(clock && { clock }),
    ...(random && { random }),
  });
  const explanation = await explainAgain(exchange, question, parts, []);
  return ok({ ...explanation, asIf });
}

/** What was down when a query was recorded, without what is gone since. */
function stillThere({ down = [], ...asIf }: AsIf, name: string, parts: ExplainParts): AsIf {
  const left = down.filter((target) => {
    const slots = slotsOf(target, name, parts);
    return slots.ok && slots.value.size > 0;
  });
  return left.length === 0 ? asIf : { down: left, ...asIf };
}

/** The states of targets with what is assumed of some. */
function healthAsIf({ down = [], up = [] }: AsIf, name: string, parts: ExplainParts): Result<HealthTable> {
  const [fallen, risen] = [new Set<number>(), new Set<number>()];
  for (const target of down) {
    const slots = slotsOf(target, name, parts);
    if (!slots.ok) return slots;
    if (slots.value.size === 0)
      return fail(`Nothing checks "${target}", so it is never down: its pool has no "check"`);
    for (const slot of slots.value) fallen.add(slot);
  }
  for (const target of up) {
    const slots = slotsOf(target, name, parts);
    if (!slots.ok) return slots;
    for (const slot of slots.value) risen.add(slot);
  }
  if ([...fallen].some((slot) => risen.has(slot)))
    return fail('The same target would be down and up at once: pools that are named share it');
  return ok(parts.health.asIf(fallen, risen));
}

/** Where the states of what is named are kept; nowhere if nothing checks it. */
function slotsOf(target: string, name: string, { zones }: ExplainParts): Result<ReadonlySet<number>> {
  const [first = '', ...rest] = target.split('/');
  const own = zoneAround(name, zones);
  const pool = poolsOf(own).get(first);
  if (pool !== undefined) return slotsIn(pool, rest);
  const other = rest.length === 0 ? undefined : zoneNamed(first, zones);
  if (other !== undefined) {
    const [inside = '', ...address] = rest;
    const found = poolsOf(other).get(inside);
    return found === undefined ? noPool(inside, other) : slotsIn(found, address);
  }
  if (own !== undefined && rest.length > 0)
    return fail(`Neither a pool of ${own.attachment.id} nor a zone here has the name "${first}"`);
  if (own !== undefined) return noPool(first, own);
  return fail(`No zone here answers ${name}, so "${first}" is none of its pools`);
}

function poolsOf(zone: ServedZone | undefined): ReadonlyMap<string, Pool> {
  return zone?.attachment.policy?.pools ?? NO_POOLS;
}

const NO_POOLS: ReadonlyMap<string, Pool> = new Map();

function noPool(name: string, zone: ServedZone): Result<never> {
  const { id, policy } = zone.attachment;
  if (policy === undefined) return fail(`${id} has no policy, and so no pool "${name}"`);
  return fail(`${id} has no pool "${name}"${meant(name, policy.pools.keys())}`);
}

/** Of a pool, or of one of its addresses. */
function slotsIn(pool: Pool, [address, ...more]: readonly string[]): Result<ReadonlySet<number>> {
  if (address === undefined) return ok(checkedSlots(pool));
  const byText = new Map(
    recordsInPool(pool).map(({ type, rdata, slot }) => [rdataToText(type, rdata), slot] as const),
  );
  const slot = byText.get(address.toLowerCase());
  if (slot === undefined || more.length > 0)
    return fail(
      `Pool "${pool.name}" has no address "${[address, ...more].join('/')}"${meant(address, byText.keys())}`,
    );
  return ok(new Set(slot < 0 ? [] : [slot]));
}

function zoneAround(name: string, zones: ExplainParts['zones']): ServedZone | undefined {
  const read = nameFromText(name);
  return read.ok ? zones.find(read.value, read.value.length) : undefined;
}

function zoneNamed(id: string, zones: ExplainParts['zones']): ServedZone | undefined {
  const origin = zoneNameFromText(id.toLowerCase());
  const found = origin.ok ? zones.find(origin.value, origin.value.length) : undefined;
  return found !== undefined && origin.ok && found.origin.length === origin.value.length ? found : undefined;
}
