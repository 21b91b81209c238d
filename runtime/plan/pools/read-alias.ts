/** Reads which name's addresses a pool answers with. */
import type { DataReader } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import type { TeamLimits } from '../../limits/team-limits.ts';
import { isAddressType, RRTYPE } from '../../wire/iana/rrtype.ts';
import { absoluteNameFromText, canonicalName, nameToText, type WireName } from '../../wire/name.ts';
import type { RecordSet } from '../plan.ts';

/** What an alias goes by, beside its target. */
export interface AliasContext {
  readonly zone: WireName;
  readonly limits?: TeamLimits | undefined;
}

/** The fields of the pool that have to agree with it. */
export interface BesideAlias {
  readonly sets: readonly RecordSet[];
  readonly hinted: readonly number[];
  readonly upWhen: unknown;
}

/** The name, in lower case and without its final dot; `undefined` if the pool is no alias, or there is a problem. */
export function readAlias(
  value: unknown,
  path: string,
  { sets, hinted, upWhen }: BesideAlias,
  { zone, limits }: AliasContext,
  reader: DataReader,
): string | undefined {
  if (value === undefined) return undefined;
  const at = keyPath(path, 'alias');
  if (typeof value !== 'string')
    return reader.refuse(at, 'Must be the name that has the addresses: "shop.cdn.example.net"');
  const read = absoluteNameFromText(value, zone);
  if (!read.ok) return reader.refuse(at, read.problem);
  const target = canonicalName(read.value);
  if (target.length <= 1) return reader.refuse(at, 'The root has no addresses; name a host');
  if (value.includes('*')) return reader.refuse(at, 'A wildcard has no addresses of its own; name a host');
  const own = sets.find(({ type }) => isAddressType(type) || type === RRTYPE.CNAME);
  if (own !== undefined)
    return reader.refuse(at, 'Stands in place of A, AAAA and CNAME: the pool has one or the other');
  if (hinted.length > 0)
    return reader.refuse(
      at,
      'Its addresses are not known beforehand: "ipv4hint=auto" and "ipv6hint=auto" need A and AAAA',
    );
  if (upWhen !== undefined)
    return reader.refuse(keyPath(path, 'upWhen'), 'An alias is up or down as a whole');
  const beyond = limits?.typeProblem(RRTYPE.A) ?? limits?.aliasProblem(target);
  if (beyond !== undefined) return reader.refuse(at, beyond);
  return nameToText(target).slice(0, -1);
}
