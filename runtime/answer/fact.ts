/**
 * Facts a policy may read, by key: what each needs of the client to be known again, and therefore
 * how narrow the ECS scope of an answer that read it must be (RFC 7871 §7.2.1).
 */

import type { Location } from '../geo/location.ts';
import type { Pool } from '../policy/plan.ts';

/** What part of a client's address an answer depends on. */
export const NEEDS = {
  NOTHING: 0,
  /** Which of the two families; half of each is the widest prefix that says so. */
  FAMILY: 1,
  /** All addresses that share the geo data's range. */
  PLACE: 2,
  /** /24 or /56. */
  SUBNET: 4,
  /** Every bit. */
  ADDRESS: 8,
} as const;

export const TIME_PARTS = ['year', 'month', 'day', 'weekday', 'hour', 'minute', 'date'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/** Every fact geo data knows. */
export const PLACE_FACTS = [
  'country',
  'continent',
  'region',
  'city',
  'latitude',
  'longitude',
  'eu',
  'timeZone',
] as const satisfies readonly (keyof Location)[];

/** One fact, its key taken apart once so that reading it is a switch. */
export type Fact = { readonly key: string; readonly needs: number } & (
  | { readonly kind: 'place'; readonly field: keyof Location }
  | { readonly kind: 'subnet' | 'family' | 'ip' | 'unix' }
  | { readonly kind: 'time'; readonly timeZone: string | undefined; readonly part: TimePart }
  | { readonly kind: 'health'; readonly pool: Pool }
);

const CLIENT = 'client.';
const HEALTH = 'health.';
const TIME = /^time(?:@(?<timeZone>.+))?\.(?<part>[a-z]+)$/;

/** Takes a key apart; `undefined` where there is no such fact. */
export function parseFact(key: string, pools: ReadonlyMap<string, Pool>): Fact | undefined {
  if (key.startsWith(CLIENT)) return parseClientFact(key, key.slice(CLIENT.length));
  if (key.startsWith(HEALTH)) {
    const pool = pools.get(key.slice(HEALTH.length));
    return pool && { key, needs: NEEDS.NOTHING, kind: 'health', pool };
  }
  return parseTimeFact(key);
}

function parseClientFact(key: string, name: string): Fact | undefined {
  switch (name) {
    case 'subnet':
      return { key, needs: NEEDS.SUBNET, kind: 'subnet' };
    case 'family':
      return { key, needs: NEEDS.FAMILY, kind: 'family' };
    case 'ip':
      return { key, needs: NEEDS.ADDRESS, kind: 'ip' };
    default: {
      const field = PLACE_FACTS.find((known) => known === name);
      return field && { key, needs: NEEDS.PLACE, kind: 'place', field };
    }
  }
}

function parseTimeFact(key: string): Fact | undefined {
  const { timeZone, part: name } = TIME.exec(key)?.groups ?? {};
  if (name === 'unix' && timeZone === undefined) return { key, needs: NEEDS.NOTHING, kind: 'unix' };
  const part = TIME_PARTS.find((known) => known === name);
  return part && { key, needs: NEEDS.NOTHING, kind: 'time', timeZone, part };
}
