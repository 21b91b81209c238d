/**
 * What a key may change: grants of zones, names and types. A pattern of names is relative to the zone: `@` is the zone
 * itself, `*` one label, and `**` any number of labels, or none.
 */
import { typeFromText } from '../wire/iana/rrtype.ts';
import type { WireName } from '../wire/name.ts';

export interface Grant {
  /** The id of a key. */
  readonly key: string;
  /** Names of zones; every zone if empty. */
  readonly zones: readonly string[];
  readonly names: readonly string[];
  /** Mnemonics; `*` is every type. */
  readonly types: readonly string[];
}

/** Whether a key may change anything in a zone. */
export function mayChange(
  grants: readonly Pick<Grant, 'key' | 'zones'>[],
  key: string,
  zone: string,
): boolean {
  return grants.some((grant) => grant.key === key && isOf(grant, zone));
}

/** Says what a key may change in a zone, whose name in wire form is `origin`. */
export function permissions(
  grants: readonly Grant[],
  key: string,
  zone: string,
  origin: WireName,
): (name: WireName, type: number) => boolean {
  const rules = grants
    .filter((grant) => grant.key === key && isOf(grant, zone))
    .map(({ names, types }) => ({
      patterns: names.map((name) => (name === '@' ? [] : name.toLowerCase().split('.'))),
      types: types.includes('*') ? undefined : new Set(types.map((type) => typeFromText(type))),
    }));
  return (name, type) => {
    const labels = labelsOf(name.subarray(0, name.length - origin.length));
    return rules.some(
      ({ patterns, types }) =>
        (types === undefined || types.has(type)) && patterns.some((one) => fits(one, labels)),
    );
  };
}

function isOf({ zones }: Pick<Grant, 'zones'>, zone: string): boolean {
  return zones.length === 0 || zones.includes(zone);
}

/** Any number of labels is tried once from each place on: patterns with several `**` take no longer than their product. */
function fits(pattern: readonly string[], labels: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (part === '**') for (let to = at; to <= labels.length; to++) next.add(to);
      else if (at < labels.length && (part === '*' || part === labels[at])) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(labels.length);
}

/** The labels of a name without the root, in lower case. */
function labelsOf(prefix: Uint8Array): string[] {
  const labels: string[] = [];
  for (let at = 0; at < prefix.length; ) {
    const end = at + 1 + (prefix[at] ?? 0);
    labels.push(
      Buffer.from(prefix.subarray(at + 1, end))
        .toString('latin1')
        .toLowerCase(),
    );
    at = end;
  }
  return labels;
}
