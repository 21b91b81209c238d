/**
 * Aliases that lead back to where they began, by way of zones that are served here: no resolver can follow them. What a host of a
 * policy may answer is known, and what a handler decides is any of its pools.
 */
import type { Manifest } from '../../plan/manifest.ts';
import { type LeafPlan, type Plan, type Pool, standInOf } from '../../plan/plan.ts';
import { everyLeaf } from '../../rpc/plan-fold.ts';
import { nameToText } from '../../wire/name.ts';

type Declared = Pick<Manifest, 'pools' | 'hosts' | 'fallback'>;

/** What leads to which names; a handler leads to all that its policy leads to. */
type Edges = ReadonlyMap<string, readonly string[]>;

/** Longer ways are cut. */
const MOST_STEPS = 64;

export class AliasLoops {
  readonly #zones = new Map<string, Edges>();

  set(zone: string, declared: Declared | undefined): void {
    const edges = declared === undefined ? new Map() : edgesOf(zone, declared);
    if (edges.size > 0) this.#zones.set(zone, edges);
    else this.#zones.delete(zone);
  }

  /** Each way that leads back, once: the names on it, the first of them again at its end. */
  find(): string[][] {
    const all = new Map([...this.#zones.values()].flatMap((edges) => [...edges]));
    const loops: string[][] = [];
    const done = new Set<string>();
    const walk = (node: string, way: readonly string[]): void => {
      const at = way.indexOf(node);
      if (at >= 0) loops.push(closed(way.slice(at).filter((name) => !name.startsWith(POLICY))));
      if (at >= 0 || done.has(node) || way.length === MOST_STEPS) return;
      for (const name of all.get(node) ?? []) {
        const next = name.startsWith(POLICY) ? name : hostFor(name, all);
        if (next !== undefined) walk(next, [...way, node]);
      }
      done.add(node);
    };
    for (const node of all.keys()) walk(node, []);
    return loops;
  }
}

/** In front of a zone: all that its policy may answer. No name begins with it. */
const POLICY = '/';

/** From the first name by the alphabet round to it again. */
function closed(names: readonly string[]): string[] {
  const first = names.toSorted()[0] ?? '';
  const at = names.indexOf(first);
  return [...names.slice(at), ...names.slice(0, at), first];
}

function edgesOf(zone: string, { pools, hosts, fallback }: Declared): Map<string, readonly string[]> {
  const ofPolicy = [...pools.values()].flatMap(({ alias }) => alias?.target ?? []);
  const edges = new Map<string, readonly string[]>();
  if (ofPolicy.length === 0) return edges;
  edges.set(`${POLICY}${zone}`, ofPolicy);
  for (const { name, plan } of hosts) {
    const targets = plan === null ? [`${POLICY}${zone}`, ...targetsIn(fallback)] : targetsIn(plan);
    if (targets.length > 0) edges.set(nameToText(name).slice(0, -1), targets);
  }
  return edges;
}

function targetsIn(plan: Plan): string[] {
  const found: string[] = [];
  const look = (leaf: LeafPlan): true => {
    if (leaf.kind === 'pool') lookAt(leaf.pool);
    return true;
  };
  const lookAt = (pool: Pool): void => {
    if (pool.alias !== undefined) found.push(pool.alias.target);
    const standIn = standInOf(pool);
    if (standIn !== undefined) everyLeaf(standIn, look, undefined);
  };
  everyLeaf(plan, look, undefined);
  return found;
}

/** The host that answers for a name: its own, or the closest wildcard above it (RFC 4592). */
function hostFor(name: string, all: Edges): string | undefined {
  if (all.has(name)) return name;
  for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1)) {
    const wildcard = `*${name.slice(at)}`;
    if (all.has(wildcard)) return wildcard;
  }
  return undefined;
}
