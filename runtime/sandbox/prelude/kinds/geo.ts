/** `geo({ place: answer }, options)` as data: groups become their places, and places with one answer share a member. */
import type { Plan } from '../../../../types/policy.d.ts';
import { keyPath } from '../../../base/key-path.ts';
import type { PlanData } from '../../../rpc/plan.ts';
import { describe } from '../describe.ts';
import { type ChoiceOptions, choiceOptions, made, planFrom } from '../plans.ts';
import { apply, create, hasOwn, isArray, keys, test } from '../primordials.ts';
import { PolicyError, unknownKey } from '../problem.ts';

/** A code, or a word that the host knows. */
const PLACE = /^(?:(?:country|continent):)?[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/;
const WORDS = ['default', 'european-union'];

type Groups = Readonly<Record<string, readonly string[]>>;
type Table = Readonly<Record<string, unknown>>;

export function geo(table: unknown, options?: unknown): Plan<never> {
  if (!isObject(table))
    throw new PolicyError(
      `geo(): Takes answers by place, { EU: 'eu', default: 'us' }, not ${describe(table)}`,
    );
  const { groups, choice } = geoOptions(options);
  const of: PlanData[] = [];
  const places: string[][] = [];
  const groupOf: Record<string, string> = create(null);
  for (const key of keys(table)) {
    if (table[key] === undefined) continue;
    const plan = planFrom(table[key], keyPath('geo()', key));
    const known = of.findIndex((one) => isSame(one, plan));
    const at = known === -1 ? of.push(plan) - 1 : known;
    places[at] ??= [];
    for (const place of placesOf(key, table, groups, groupOf)) places[at].push(place);
  }
  if (table.default === undefined)
    throw new PolicyError('geo(): Needs "default", the answer for everywhere else');
  return made({ kind: 'geo', of, places: withoutEmpty(places, of), ...choice });
}

/** Of a group, the places that have no key of their own. */
function placesOf(key: string, table: Table, groups: Groups, groupOf: Record<string, string>): string[] {
  const members = hasOwn(groups, key) ? groups[key] : undefined;
  if (members === undefined) {
    if (isPlace(key)) return [key];
    throw new PolicyError(
      keys(groups).length === 0
        ? `${keyPath('geo()', key)}: There is no such place, nor is it a group`
        : unknownKey('geo()', key, [...keys(groups), ...WORDS]),
    );
  }
  return members.filter((place) => {
    if (hasOwn(table, place)) return false;
    const other = groupOf[place];
    if (other !== undefined)
      throw new PolicyError(`${keyPath('geo()', key)}: "${place}" is in "${other}" as well`);
    groupOf[place] = key;
    return true;
  });
}

/** A group whose places all have keys of their own answers nobody. */
function withoutEmpty(places: string[][], of: PlanData[]): string[][] {
  for (let at = places.length - 1; at >= 0; at -= 1) {
    if (places[at]?.length !== 0) continue;
    places.splice(at, 1);
    of.splice(at, 1);
  }
  return places;
}

function geoOptions(options: unknown): { readonly groups: Groups; readonly choice: ChoiceOptions } {
  if (!isObject(options)) return { groups: create(null), choice: choiceOptions('geo', options) };
  const { groups, ...choice } = options;
  for (const key of keys(choice)) {
    if (key !== 'family') throw new PolicyError(unknownKey('geo()', key, ['groups', 'family']));
  }
  return {
    groups: groups === undefined ? create(null) : groupsFrom(groups),
    choice: choiceOptions('geo', choice),
  };
}

function groupsFrom(given: unknown): Groups {
  if (!isObject(given))
    throw new PolicyError(`geo().groups: Must be groups of places by name, not ${describe(given)}`);
  const groups: Record<string, readonly string[]> = create(null);
  for (const name of keys(given)) {
    const path = keyPath('geo().groups', name);
    const places = given[name];
    if (isPlace(name)) throw new PolicyError(`${path}: No group has the name of a place`);
    if (!isArray(places))
      throw new PolicyError(`${path}: Must be an array of places, not ${describe(places)}`);
    groups[name] = places.map((place: unknown, at) => {
      if (typeof place === 'string' && isPlace(place) && place !== 'default') return place;
      throw new PolicyError(`${keyPath(path, at)}: Must be a place, such as "DE", not ${describe(place)}`);
    });
  }
  return groups;
}

function isPlace(key: string): boolean {
  return WORDS.includes(key) || apply(test, PLACE, [key]);
}

/** One pool by its name, or one plan that stands for several places. */
function isSame(one: PlanData, other: PlanData): boolean {
  return one === other || (one.kind === 'pool' && other.kind === 'pool' && one.pool === other.pool);
}

function isObject(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !isArray(value);
}
