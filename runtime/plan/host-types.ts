/**
 * The types of the answers that a host could give. A signed zone proves what is at a name before anybody knows
 * what its policy will decide there, so the types have to be known when the zone is loaded.
 */
import { everyLeaf } from '../rpc/plan-fold.ts';
import { RECORD_TYPE_ROWS, RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { namesEqual, type WireName } from '../wire/name.ts';
import { typeProblem } from './compile-records.ts';
import type { Manifest, ManifestHost } from './manifest.ts';
import { type LeafPlan, type Plan, standInOf } from './plan.ts';
import { URL_TYPE } from './pools/pool-url.ts';

const NO_TYPE = -1;

/** All types of the records that a plan may yield; CNAME is one of them. */
export function typesOfPlan(plan: Plan): number[] {
  const types = new Set<number>();
  everyLeaf(plan, collect, types);
  return inOrder(types);
}

/**
 * All types that a host could answer by its policy. `decided` are those that its handler was seen to answer.
 * Static records at its name are not among them.
 */
export function typesOfHost(
  host: ManifestHost,
  manifest: Manifest,
  decided: readonly number[],
  zone: WireName,
): number[] {
  // A handler of the other form answers whatever type it is asked for.
  const known = host.plan === null && manifest.form === 'handler' ? ALL_TYPES : typesKnown(host, manifest);
  const types = inOrder([...known, ...decided]);
  // RFC 1034 §3.6.2: beside SOA and NS no alias can stand, and compile-plan.ts refuses one.
  return namesEqual(host.name, zone) ? types.filter((type) => type !== RRTYPE.CNAME) : types;
}

/** Those of the types that neither a pool, nor the fallback, nor the host itself declares. */
export function undeclaredTypes(
  host: ManifestHost,
  manifest: Manifest,
  decided: readonly number[],
): number[] {
  if (host.plan !== null || manifest.form === 'handler') return [];
  const known = typesKnown(host, manifest);
  return decided.filter((type) => !known.includes(type));
}

/** A type that the plan may yield and that is not among these; `undefined` if there is none. */
export function typeBeyond(plan: Plan, types: readonly number[]): number | undefined {
  const beyond = { types, found: NO_TYPE };
  everyLeaf(plan, isWithin, beyond);
  return beyond.found === NO_TYPE ? undefined : beyond.found;
}

/** Why a decision is no answer of a signed zone: its type was not declared. The code is that of `check`. */
export function beyondText(type: number): string {
  const text = typeToText(type);
  return `POLICY_TYPES: Answers ${text}, which the zone's signed proofs say is not there: declare it, as in { types: ['${text}'], decide: (query) => … }`;
}

function typesKnown({ plan, types }: ManifestHost, { pools, fallback }: Manifest): number[] {
  if (plan !== null) return typesOfPlan(plan);
  const ofPools = [...pools.values()].flatMap((pool) => typesOfPlan({ kind: 'pool', pool }));
  return inOrder([...ofPools, ...types, ...typesOfPlan(fallback)]);
}

function collect(leaf: LeafPlan, types: Set<number>): boolean {
  for (const type of typesOfLeaf(leaf)) types.add(type);
  const standIn = leaf.kind === 'pool' ? standInOf(leaf.pool) : undefined;
  return standIn === undefined || everyLeaf(standIn, collect, types);
}

function isWithin(leaf: LeafPlan, beyond: { readonly types: readonly number[]; found: number }): boolean {
  beyond.found = typesOfLeaf(leaf).find((type) => !beyond.types.includes(type)) ?? NO_TYPE;
  if (beyond.found !== NO_TYPE) return false;
  const standIn = leaf.kind === 'pool' ? standInOf(leaf.pool) : undefined;
  return standIn === undefined || everyLeaf(standIn, isWithin, beyond);
}

function typesOfLeaf(leaf: LeafPlan): readonly number[] {
  switch (leaf.kind) {
    case 'pool':
      return leaf.pool.sets.map(({ type }) => type).filter((type) => type !== URL_TYPE);
    case 'records':
      return leaf.sets.map(({ type }) => type);
    case 'cname':
      return [RRTYPE.CNAME];
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
      return [];
    default:
      return leaf satisfies never;
  }
}

function inOrder(types: Iterable<number>): number[] {
  return [...new Set(types)].sort((a, b) => a - b);
}

const ALL_TYPES: readonly number[] = [...RECORD_TYPE_ROWS.keys()].filter(
  (type) => typeProblem(type, 'answer') === undefined,
);
