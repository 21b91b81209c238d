/** Looks at all servers of a zone and of its parent, at each of their addresses. */
import { eachOf } from '../../../base/each-of.ts';
import { ok, type Result } from '../../../base/result.ts';
import { noReplyText } from '../../../client/reply.ts';
import { askUdpThenTcp } from '../../../client/udp-then-tcp.ts';
import { canonicalName, nameToText, parentName, ROOT, type WireName } from '../../../wire/name.ts';
import { originOf } from '../../../zone/origin.ts';
import type { DelegationSeen, KeysSeen, ServerPlace, ServerSeen, View } from '../observations.ts';
import { type Ask, type Looked, lookAtDs, lookAtKeys } from './look-at-server.ts';
import type { NameFinder } from './name-finder.ts';

export interface ObserveOptions {
  readonly finder: NameFinder;
  /** Name servers of the zone whose addresses are known: names without the final dot → addresses. */
  readonly known?: ReadonlyMap<string, readonly string[]>;
  /** The port on which the name server at an address listens. */
  readonly portOf: (address: string) => number;
  /** Milliseconds for each question. */
  readonly timeoutMs: number;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** A zone has some 26 addresses of servers at most. With more it is not looked at: that each shows a change is a must. */
const MOST_ADDRESSES = 100;
/** Servers that are asked at a time. */
const WIDTH = 8;

/** The keys and signatures of a zone at all of its name servers. */
export async function observeZone(zone: WireName, options: ObserveOptions): Promise<View<KeysSeen>> {
  const { finder, known = new Map<string, readonly string[]>() } = options;
  const names = await finder.nameServersOf(zone);
  if (!names.ok && known.size === 0) return { servers: [], problem: names.problem };
  const all = new Set([...known.keys(), ...(names.ok ? names.value : []).map(shownName)]);
  const wire = new Map((names.ok ? names.value : []).map((name) => [shownName(name), name]));
  const places = await placesOf([...all], async (server) => {
    const addresses = known.get(server) ?? [];
    if (addresses.length > 0) return ok(addresses);
    // Nobody may delegate the zone, whose name servers are in others all the same.
    return finder.addressesOf(wire.get(server) ?? originOf(server));
  });
  return viewOf(places, options, (ask) => lookAtKeys(zone, ask));
}

/** The DS of a zone at all servers of its parent. */
export async function observeParent(zone: WireName, options: ObserveOptions): Promise<View<DelegationSeen>> {
  const { finder } = options;
  const parent = await finder.zoneOf(parentName(zone) ?? ROOT);
  if (!parent.ok) return { servers: [], problem: parent.problem };
  const names = await finder.nameServersOf(parent.value);
  if (!names.ok) return { servers: [], problem: names.problem };
  const wire = new Map(names.value.map((name) => [shownName(name), name]));
  const places = await placesOf([...wire.keys()], (server) => finder.addressesOf(wire.get(server) ?? ROOT));
  return viewOf(places, options, (ask) => lookAtDs(zone, ask));
}

type Place = ServerPlace & { readonly failed?: string };

/** The addresses of servers; a server whose addresses are not found is one that fails. */
async function placesOf(
  servers: readonly string[],
  find: (server: string) => Promise<Result<readonly string[]>>,
): Promise<Place[]> {
  const places: Place[] = [];
  await eachOf(servers.toSorted(), WIDTH, async (server) => {
    const found = await find(server);
    const failed = found.ok ? 'it has no address' : found.problem;
    if (!found.ok || found.value.length === 0) places.push({ server, address: '(no address)', failed });
    else places.push(...found.value.map((address) => ({ server, address })));
  });
  return places;
}

async function viewOf<T>(
  places: readonly Place[],
  options: ObserveOptions,
  look: (ask: Ask) => Promise<Looked<T>>,
): Promise<View<T>> {
  const { portOf, timeoutMs, now, signal } = options;
  if (places.length === 0) return { servers: [], problem: 'it has no name servers' };
  if (places.length > MOST_ADDRESSES) {
    return {
      servers: [],
      problem: `its servers have ${places.length} addresses, and ${MOST_ADDRESSES} is the most`,
    };
  }
  const servers: ServerSeen<T>[] = [];
  const unreached: ServerSeen<T>[] = [];
  await eachOf(places, WIDTH, async ({ server, address, failed }) => {
    // The answer may be from the moment the question went out.
    const at = now();
    const place = { server, address, at };
    if (failed !== undefined) {
      servers.push({ ...place, seen: undefined, failed });
      return;
    }
    const looked = await look((name, type) =>
      askUdpThenTcp(
        { address, port: portOf(address) },
        { name, type, dnssecOk: true, checkingDisabled: true },
        { timeoutMs, signal },
      ),
    );
    if (looked.kind === 'seen') servers.push({ ...place, seen: looked.seen });
    else if (looked.kind === 'failed') servers.push({ ...place, seen: undefined, failed: looked.why });
    else unreached.push({ ...place, seen: undefined, failed: noReplyText(looked) });
  });
  // This machine may have no IPv6, say. A server that it reaches at another address is seen there.
  const isSeen = ({ server }: ServerPlace) =>
    servers.some((each) => each.server === server && each.seen !== undefined);
  const all = [...servers, ...unreached.filter((each) => !isSeen(each))];
  return { servers: all.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) };
}

function textOf({ server, address }: ServerPlace): string {
  return `${server} ${address}`;
}

function shownName(name: WireName): string {
  return name.length === 1 ? '.' : nameToText(canonicalName(name)).slice(0, -1);
}
