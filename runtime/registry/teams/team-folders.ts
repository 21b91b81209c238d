/** The limits of a folder, from what is written of it in its manifest or in the settings. */
import type { LimitBound, LimitRule, ManifestLimits } from '../../limits/manifest-limits.ts';

/** What a folder may use, as config/teams/team-schema.ts reads it. */
export interface WrittenTeam extends Written<ListKey, readonly string[]>, Written<NumberKey, number> {
  readonly checks?:
    | (Written<CheckListKey, readonly string[]> & Written<CheckNumberKey, number> & Written<'send', boolean>)
    | undefined;
}

/** By path relative to the policies folder. */
export type TeamFolders = Readonly<Record<string, WrittenTeam>>;

type ListKey = 'zones' | 'names' | 'types' | 'addresses' | 'targets';
type NumberKey = 'budget' | 'deadline';
type CheckListKey = 'kinds' | 'hosts' | 'addresses';
type CheckNumberKey = 'interval' | 'probesPerSecond';
type Written<Key extends string, Value> = { readonly [K in Key]?: Value | undefined };

/** `placeOf` says where the value of a key is written, for messages. */
export function limitsOf(
  source: string,
  { checks = {}, ...team }: WrittenTeam,
  placeOf: (path: readonly string[]) => string,
): ManifestLimits {
  const rule = (allowed: readonly string[] | undefined, ...path: string[]): LimitRule | undefined =>
    allowed && { key: path.join('.'), at: placeOf(path), allowed };
  const bound = (value: number | undefined, ...path: string[]): LimitBound | undefined =>
    value === undefined ? undefined : { key: path.join('.'), at: placeOf(path), value };
  const all: ManifestLimits = {
    source,
    zones: rule(team.zones, 'zones'),
    names: rule(team.names, 'names'),
    types: rule(team.types, 'types'),
    addresses: rule(team.addresses, 'addresses'),
    targets: rule(team.targets, 'targets'),
    kinds: rule(checks.kinds, 'checks', 'kinds'),
    hosts: rule(checks.hosts, 'checks', 'hosts'),
    probed: rule(checks.addresses, 'checks', 'addresses'),
    // What is allowed is no limit.
    send: rule(checks.send === false ? [] : undefined, 'checks', 'send'),
    interval: bound(checks.interval, 'checks', 'interval'),
    probesPerSecond: bound(checks.probesPerSecond, 'checks', 'probesPerSecond'),
    budget: bound(team.budget, 'budget'),
    deadline: bound(team.deadline, 'deadline'),
  };
  // What is not there is not sent either: limits are compared with those that were kept.
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  return { source, ...Object.fromEntries(entries) };
}
