/** The names that a policy gives hosts and records. */
import { fail, ok, type Result } from '../base/result.ts';
import { octetsKey } from '../base/structures/octets-key.ts';
import { canonicalName, isAtOrBelow, nameFromText, nameToText, type WireName } from '../wire/name.ts';

export class NameSet {
  readonly #names = new Set<string>();

  /** Adds a name. Returns whether it is new. */
  add(name: WireName): boolean {
    const key = octetsKey(name);
    return this.#names.size < this.#names.add(key).size;
  }
}

/** The key that the author meant by `www.example.com`, without the final dot, in the zone `example.com`. */
function relativeTo(key: string, zone: WireName): string | undefined {
  const suffix = nameToText(zone).slice(0, -1).toLowerCase();
  const lower = key.toLowerCase();
  if (lower === suffix) return '@';
  return lower.endsWith(`.${suffix}`) ? key.slice(0, -suffix.length - 1) : undefined;
}

/** A name of a policy, relative to its zone, or absolute and inside it; lower case. */
export function readPolicyOwner(key: string, zone: WireName, names: NameSet): Result<WireName> {
  const read = nameFromText(key, zone);
  if (!read.ok) return read;
  const name = canonicalName(read.value);
  if (!isAtOrBelow(name, zone)) return fail(`Lies outside the zone ${nameToText(zone)}`);
  const meant = relativeTo(key, zone);
  if (meant !== undefined) return fail(`Names are relative to the zone; write "${meant}"`);
  // RFC 4592 §2.1.1: an asterisk is a wildcard only as the whole leftmost label.
  if (key.includes('*') && !/^\*(\.[^*]+)?$/.test(key))
    return fail('A wildcard is "*" alone as the leftmost label, as in "*.app"');
  return names.add(name) ? ok(name) : fail('The same name is given twice');
}
