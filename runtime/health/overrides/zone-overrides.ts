/**
 * What operators have said of the pools of a zone, as control tells answer processes: by the names of pools and the
 * addresses in them, all globs resolved, so that a version that is published later goes by it from its first query on.
 */

/**
 * In place of what probes say: `up`, `down`, or a share from 0 to below 1, which is what a drain has left of it. 0 is out:
 * not to be served, not even where nothing else is left.
 */
export type Forced = 'up' | 'down' | number;

export interface PoolOverride {
  readonly pool: string;
  /** Of all that is not in `some`. */
  readonly whole?: Forced;
  /** By address. */
  readonly some?: readonly (readonly [address: string, forced: Forced])[];
}

export interface ZoneOverrides {
  readonly zone: string;
  /** None: nothing of the zone is overridden any more. */
  readonly pools: readonly PoolOverride[];
}

/** What it costs a process to override a pool, or an address of one, in characters that are parsed in the same time. */
const TO_OVERRIDE = 64;

/** About how many characters it adds to a message. */
export function charactersOfOverrides({ pools }: ZoneOverrides): number {
  return pools.reduce((sum, { some = [] }) => sum + TO_OVERRIDE * (1 + some.length), 0);
}
