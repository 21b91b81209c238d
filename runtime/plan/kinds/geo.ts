/**
 * The plan `geo`: a table of answers by the place of the client. Of the places in the table that the client is in, the
 * narrowest one that is up answers: a subdivision before its country, that before the European Union, that before its
 * continent, and `default` last. If none of them is up, the narrowest answers as if it were.
 */
import { keyPath } from '../../base/key-path.ts';
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import { type Candidates, type ChoosingKind, type Client, NOBODY } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import { placeKey } from '../place-key.ts';
import type { PlanByKind } from '../plan.ts';
import type { PlanReader } from '../plan-reader.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly geo: {
      readonly kind: 'geo';
      readonly of: readonly PlanData[];
      /** By member, the keys that it is for. */
      readonly places: readonly (readonly string[])[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly geo: {
      readonly kind: 'geo';
      readonly of: readonly Plan[];
      readonly places: readonly (readonly string[])[];
      /** By country and its subdivision, the index of a member; by country; and by continent. None where there is no key. */
      readonly regions: Readonly<Record<string, Members>> | null;
      readonly countries: Members | null;
      readonly union: number;
      readonly continents: Members | null;
      readonly others: number;
      /** The client is not led to one that is down. */
      readonly isFenced: boolean;
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

type Members = Readonly<Record<string, number>>;
type GeoPlan = PlanByKind['geo'];

/** Keys of one table: all countries, with the subdivisions of some. */
const MOST_KEYS = 1024;
/** Keys of a member that an explanation tells. */
const TOLD = 4;

export const geo: ChoosingKind<'geo'> = {
  mayChooseEmpty: true,
  compile(data, path, ttl, reader) {
    const of = reader.each(data, path, (inner, at) => reader.plan(inner, at, ttl));
    const table = new TableReader(keyPath(path, 'geo'), reader);
    const places = table.read(data.places, of.length);
    return {
      kind: 'geo',
      of,
      places,
      ...table.members,
      isFenced: reader.isFenced,
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: ({ of, places }) =>
    OBJECT * (4 + of.length + 2 * places.reduce((sum, keys) => sum + keys.length, 0)),
  text({ places }, inside) {
    return `geo(${inside.map((text, index) => `${places[index]?.join(' ')}: ${text}`).join(', ')})`;
  },
  pick: pickEnclosing,
  why({ places }, index) {
    const keys = places[index] ?? [];
    return `for ${keys.slice(0, TOLD).join(', ')}${keys.length > TOLD ? ` and ${keys.length - TOLD} more` : ''}`;
  },
};

/** Asks no more of the client than decides: what it asks makes the answer's ECS scope. */
function pickEnclosing(plan: GeoPlan, candidates: Candidates, client: Client): number {
  let narrowest = NOBODY;
  for (let level = 0; level < LEVELS; level += 1) {
    const index = memberAt(level, plan, client);
    if (index === NOBODY) continue;
    if (candidates.has(index)) return index;
    if (narrowest === NOBODY) narrowest = index;
  }
  return plan.isFenced ? NOBODY : narrowest;
}

const LEVELS = 5;

/** The member for the place that the client is in, on one level. */
function memberAt(level: number, plan: GeoPlan, client: Client): number {
  const { regions, countries, continents } = plan;
  switch (level) {
    case 0:
      return regions === null ? NOBODY : memberOfRegion(regions, client);
    case 1:
      return countries === null ? NOBODY : memberIn(countries, client.place('country'));
    case 2:
      return plan.union !== NOBODY && client.place('eu') === true ? plan.union : NOBODY;
    case 3:
      return continents === null ? NOBODY : memberIn(continents, client.place('continent'));
    default:
      return plan.others;
  }
}

/** Only in countries of which a subdivision is in the table is the client's asked for. */
function memberOfRegion(regions: Readonly<Record<string, Members>>, client: Client): number {
  const country = client.place('country');
  const ofCountry =
    typeof country === 'string' && Object.hasOwn(regions, country) ? regions[country] : undefined;
  return ofCountry === undefined ? NOBODY : memberIn(ofCountry, client.place('region'));
}

/** A place of geo data may be called anything, `constructor` as well. */
function memberIn(members: Members, place: unknown): number {
  const index: unknown = typeof place === 'string' ? members[place] : undefined;
  return typeof index === 'number' ? index : NOBODY;
}

/** Reads the keys of a table into members by place. */
class TableReader {
  readonly #path: string;
  readonly #reader: PlanReader;
  readonly #regions: Record<string, Record<string, number>> = {};
  readonly #countries: Record<string, number> = {};
  readonly #continents: Record<string, number> = {};
  #union = NOBODY;
  #others = NOBODY;

  constructor(path: string, reader: PlanReader) {
    this.#path = path;
    this.#reader = reader;
  }

  get members(): Pick<GeoPlan, 'regions' | 'countries' | 'union' | 'continents' | 'others'> {
    return {
      regions: orNull(this.#regions),
      countries: orNull(this.#countries),
      union: this.#union,
      continents: orNull(this.#continents),
      others: this.#others,
    };
  }

  /** `size`: how many members there are. */
  read(data: unknown, size: number): readonly (readonly string[])[] {
    const reader = this.#reader;
    const places = Array.isArray(data) && data.length === size ? data : [];
    if (places.length === 0 || !places.every(isKeys)) {
      reader.refuse(this.#path, 'Needs the places of each answer');
      return [];
    }
    if (places.reduce((sum, keys) => sum + keys.length, 0) > MOST_KEYS) {
      reader.refuse(this.#path, `Has over ${MOST_KEYS} places`);
      return [];
    }
    for (const [index, keys] of places.entries()) for (const key of keys) this.#add(key, index);
    if (this.#others === NOBODY) reader.refuse(this.#path, 'Needs "default", the answer for everywhere else');
    return places;
  }

  #add(key: string, index: number): void {
    const at = keyPath(this.#path, key.slice(0, MOST_SHOWN));
    const place = placeKey(key);
    if (!place.ok) {
      this.#reader.refuse(at, place.problem);
      return;
    }
    if (!this.#put(place.value, index)) this.#reader.refuse(at, 'The same place is given twice');
  }

  /** False if there is such a place already. */
  #put(place: Extract<ReturnType<typeof placeKey>, { ok: true }>['value'], index: number): boolean {
    switch (place.level) {
      case 'subdivision':
        this.#regions[place.country] ??= {};
        return putNew(this.#regions[place.country] ?? {}, place.region, index);
      case 'country':
        return putNew(this.#countries, place.country, index);
      case 'continent':
        return putNew(this.#continents, place.continent, index);
      case 'union':
        if (this.#union !== NOBODY) return false;
        this.#union = index;
        return true;
      case 'default':
        if (this.#others !== NOBODY) return false;
        this.#others = index;
        return true;
      default:
        return place satisfies never;
    }
  }
}

/** Characters of a key that a problem shows. */
const MOST_SHOWN = 32;

function isKeys(keys: unknown): keys is readonly string[] {
  return Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string');
}

function putNew(members: Record<string, number>, place: string, index: number): boolean {
  if (Object.hasOwn(members, place)) return false;
  members[place] = index;
  return true;
}

function orNull<T extends object>(members: T): T | null {
  return Object.keys(members).length === 0 ? null : members;
}
