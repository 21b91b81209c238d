/** The names that a policy gives hosts and records. */
import { octetsKey } from '../base/structures/octets-key.ts';
import { nameToText, type WireName } from '../wire/name.ts';

export class NameSet {
  readonly #names = new Set<string>();

  /** Adds a name. Returns whether it is new. */
  add(name: WireName): boolean {
    const key = octetsKey(name);
    return this.#names.size < this.#names.add(key).size;
  }
}

/** The key that the author meant by `www.example.com`, without the final dot, in the zone `example.com`. */
export function relativeTo(key: string, zone: WireName): string | undefined {
  const suffix = nameToText(zone).slice(0, -1).toLowerCase();
  const lower = key.toLowerCase();
  if (lower === suffix) return '@';
  return lower.endsWith(`.${suffix}`) ? key.slice(0, -suffix.length - 1) : undefined;
}
