/**
 * JSON with something wrong in it: a seeded mutator that deletes, doubles, swaps, renames, nests and
 * replaces parts of a value. The same seed spoils the same value in the same way.
 */

/** What has broken parsers before, and what is nearly right. */
const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 31,
  2 ** 53,
  '',
  '@',
  '.',
  '*',
  '..',
  '\\',
  '\\# 4 c0000201',
  '"',
  'a'.repeat(300),
  'xn--\ud800',
  'www.example.com',
  'www.example.net.',
  '192.0.2.1',
  '2001:db8::1',
  'constructor',
  [],
  {},
  [[]],
  ['192.0.2.1'],
];

/** Keys that objects have already, that plans have, or that name types. */
const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  'kind',
  'of',
  'pool',
  'ttl',
  'weight',
  'count',
  'target',
  'records',
  'A',
  'CNAME',
  'NS',
  'SOA',
  'RRSIG',
  'TYPE65280',
  'OPT',
  '*.a',
  '@',
  'www.example.net.',
];

type Container = unknown[] | Record<string, unknown>;

/** A copy of a JSON value with up to four things changed. `random` yields numbers from 0 up to 1. */
export function mutate(value: unknown, random: () => number): unknown {
  const holder: Record<string, unknown> = { value: structuredClone(value) };
  const times = 1 + Math.floor(4 * random());
  for (let time = 0; time < times; time += 1) {
    const places = placesIn(holder);
    if (places.length === 0) break;
    const [container, key] = pick(places, random);
    const [other, otherKey] = pick(places, random);
    spoil(container, key, Reflect.get(other, otherKey), random);
  }
  return holder.value;
}

/** One of several. */
export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(list.length * random())] as T;
}

function spoil(container: Container, key: string, other: unknown, random: () => number): void {
  const value: unknown = Reflect.get(container, key);
  switch (Math.floor(8 * random())) {
    case 0:
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else delete container[key];
      break;
    case 1:
      // A part of the value somewhere inside itself: it grows, and never becomes a circle.
      set(container, key, structuredClone(other));
      break;
    case 2:
      set(container, key, typeof value === 'number' ? value * 1e6 + 0.5 : nasty(random));
      break;
    case 3:
      if (Array.isArray(container)) container.push(structuredClone(value));
      else set(container, pick(KEYS, random), structuredClone(value));
      break;
    case 4:
      set(container, key, typeof value === 'string' ? spoilText(value, random) : [value]);
      break;
    case 5:
      set(container, key, { kind: 'firstHealthy', of: [value] });
      break;
    case 6:
      if (Array.isArray(value)) value.push(...Array.from({ length: 60 }, () => structuredClone(value[0])));
      else set(container, key, { [pick(KEYS, random)]: value });
      break;
    default:
      set(container, key, nasty(random));
  }
}

/** Never the same object twice: what is put into a value may be spoilt there. */
function nasty(random: () => number): unknown {
  return structuredClone(pick(NASTY, random));
}

function spoilText(text: string, random: () => number): string {
  const at = Math.floor(text.length * random());
  const piece = pick(['\\', '.', '"', ' ', '\0', '\ud83d', ';', '*', 'é', text], random);
  return text.slice(0, at) + piece + text.slice(at + Math.floor(3 * random()));
}

/** An own property, whatever the key: assigning to `__proto__` would do something else. */
function set(container: Container, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

function placesIn(container: Container): [container: Container, key: string][] {
  return Object.keys(container).flatMap((key) => {
    const inner: unknown = Reflect.get(container, key);
    const here: [Container, string] = [container, key];
    return typeof inner === 'object' && inner !== null ? [here, ...placesIn(inner as Container)] : [here];
  });
}
