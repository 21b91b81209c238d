/**
 * Which pools and addresses of a zone are overridden, by all that was said. Where several overrides meet, who takes out
 * wins: a drain before `down`, `down` before `up`, the smaller share before the larger. What operators say goes before
 * what windows of maintenance do.
 */
import { forcedBy, type OperatorOverride } from './operator-override.ts';
import type { TargetPattern } from './target-pattern.ts';
import type { Forced, PoolOverride } from './zone-overrides.ts';

/** An override with its target read. */
export interface Said {
  readonly override: OperatorOverride;
  readonly pattern: TargetPattern;
  /** The window of maintenance that says it; absent: an operator does. */
  readonly window?: string;
}

/** A pool by its name and its addresses, which are asked for only where an override names some. */
export interface PoolShape {
  readonly name: string;
  readonly addresses: () => readonly string[];
}

/** What is overridden of the pools of a zone, in order. */
export function resolveOverrides(
  zone: string,
  pools: Iterable<PoolShape>,
  said: readonly Said[],
  now: number,
): PoolOverride[] {
  const ofZone = said.filter(({ pattern }) => pattern.zone.matches(zone));
  if (ofZone.length === 0) return [];
  const found: PoolOverride[] = [];
  for (const pool of pools) {
    const ofPool = ofZone.filter(({ pattern }) => pattern.pool.matches(pool.name));
    if (ofPool.length > 0) found.push(...ofOnePool(pool, ofPool, now));
  }
  return found;
}

/** Whether an override says anything of a pool, or of an address in it. */
export function isSaidOf(
  { pattern }: Pick<Said, 'pattern'>,
  zone: string,
  { name, addresses }: PoolShape,
): boolean {
  if (!pattern.zone.matches(zone) || !pattern.pool.matches(name)) return false;
  return pattern.address === undefined || addresses().some(pattern.address.matches);
}

function ofOnePool({ name, addresses }: PoolShape, said: readonly Said[], now: number): PoolOverride[] {
  const ofAll = said.filter(({ pattern }) => pattern.address === undefined);
  const whole = together(ofAll, now);
  const ofSome = said.filter(({ pattern }) => pattern.address !== undefined);
  const some = (ofSome.length === 0 ? [] : addresses()).flatMap((address): [string, Forced][] => {
    const own = ofSome.filter(({ pattern }) => pattern.address?.matches(address) === true);
    const forced = own.length === 0 ? undefined : together([...ofAll, ...own], now);
    return forced === undefined ? [] : [[address, forced]];
  });
  if (whole === undefined && some.length === 0) return [];
  return [{ pool: name, ...(whole !== undefined && { whole }), ...(some.length > 0 && { some }) }];
}

/** What several overrides come to; `undefined` if nothing is left to say. */
function together(said: readonly Said[], now: number): Forced | undefined {
  const byOperators = said.filter(({ window }) => window === undefined);
  const forced = (byOperators.length > 0 ? byOperators : said).map(({ override }) => forcedBy(override, now));
  const share = Math.min(1, ...forced.filter((one) => typeof one === 'number'));
  if (share === 0) return 0;
  if (forced.includes('down')) return 'down';
  if (share < 1) return share;
  return forced.includes('up') ? 'up' : undefined;
}
