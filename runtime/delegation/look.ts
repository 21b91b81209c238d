/**
 * Looks at a delegation from outside: asks the parent first, then every name server that the parent or the
 * zone's files name, at each of its addresses, all at the same time.
 */
import { fail, ok, type Result } from '../base/result.ts';
import { isAtOrBelow, nameFromText, ROOT, type WireName } from '../wire/name.ts';
import type { DelegationViews, NameServers, Unresolved } from './delegation-views.ts';
import { askParent, type NameServerOptions } from './parent.ts';
import { keyOf } from './records.ts';
import type { Resolver } from './resolver.ts';
import { viewServer } from './view-server.ts';

export interface LookOptions extends NameServerOptions {
  readonly resolver: Resolver;
  /** The name servers from the zone's files and the settings, if they are here. */
  readonly ours: NameServers | undefined;
  /** Called as each step begins, to show progress to a person. */
  readonly onStep: (step: string) => void;
}

export async function lookAtDelegation(zone: WireName, options: LookOptions): Promise<DelegationViews> {
  const { resolver, ours, onStep } = options;
  onStep('asking the parent zone');
  const parent = await askParent(zone, resolver, options);
  const answers = parent.kind === 'asked' ? parent.answers : [];
  const sources = [...answers.map(({ nameServers }) => nameServers), ours].filter(
    (each) => each !== undefined,
  );
  const names = [...new Set(sources.flatMap((nameServers) => [...nameServers.keys()]))];
  onStep(`finding ${names.length} name servers`);
  const found = await Promise.all(
    names.map(async (name) => [name, await addressesFor(name, zone, sources, resolver)] as const),
  );
  const unresolved = found.flatMap(([name, addresses]) =>
    addresses.ok ? [] : [[name, addresses.problem] as const],
  );
  const places = found.flatMap(([name, addresses]) =>
    addresses.ok ? addresses.value.map((address) => ({ name, address })) : [],
  );
  onStep(`asking name servers at ${places.length} addresses`);
  const servers = await Promise.all(places.map((place) => viewServer({ ...place, zone }, options)));
  return { zone: keyOf(zone), ours, parent, servers, unresolved: new Map(unresolved) };
}

/** Addresses of a name server: from glue, or if its name is in another zone, from the resolver. */
async function addressesFor(
  text: string,
  zone: WireName,
  sources: readonly NameServers[],
  resolver: Resolver,
): Promise<Result<readonly string[], Unresolved>> {
  const glue = [...new Set(sources.flatMap((nameServers) => nameServers.get(text) ?? []))];
  const name = nameFromText(text);
  if (isAtOrBelow(name.ok ? name.value : ROOT, zone)) {
    return glue.length > 0 ? ok(glue) : fail({ kind: 'no glue' });
  }
  const addresses = await resolver.addressesOf(name.ok ? name.value : ROOT);
  if (addresses.ok) return addresses.value.length > 0 ? addresses : fail({ kind: 'none' });
  return glue.length > 0 ? ok(glue) : fail({ kind: 'unknown', why: addresses.problem });
}
