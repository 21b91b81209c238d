/**
 * What a plan answers for one type: in words for people, and as a key that is the same for two plans just where their
 * answers are, whatever the client and the health of their targets. A pool is what it holds: another name for the same
 * addresses makes no difference. Health checks make none either: they change when a pool is down, not what is then.
 */
import type { Holder, LeafPlan, Plan, RecordSet } from '../../plan/plan.ts';
import { holderKind, leafKind } from '../../plan/plan-kinds.ts';
import { everyLeaf, fold } from '../../rpc/plan-fold.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

export interface PlanAnswer {
  readonly key: string;
  /** `firstHealthy(us 192.0.2.10, eu 198.51.100.20)`. */
  readonly text: string;
}

export function planAnswer(plan: Plan, type: number): PlanAnswer {
  const { key, text } = fold<Plan, Part>(plan, (leaf) => leafPart(leaf, type), holderPart);
  return { key, text };
}

/** Types of which a plan has records. A CNAME answers all. */
export function typesOf(plan: Plan): ReadonlySet<number> {
  const types = new Set<number>();
  const note = (leaf: LeafPlan): boolean => {
    for (const { type } of setsOf(leaf)) types.add(type);
    return true;
  };
  everyLeaf<Plan, undefined>(plan, note, undefined);
  return types;
}

interface Part extends PlanAnswer {
  /** Of a pool. */
  readonly name?: string;
  /** Whether it has nothing of the type, so that a choice passes it over. */
  readonly isEmpty: boolean;
}

function setsOf(leaf: LeafPlan): readonly RecordSet[] {
  if (leaf.kind === 'pool') return leaf.pool.sets;
  return leaf.kind === 'records' ? leaf.sets : [];
}

function leafPart(leaf: LeafPlan, type: number): Part {
  if (leaf.kind !== 'pool' && leaf.kind !== 'records') {
    const text = leafKind(leaf).text(leaf);
    return { key: leaf.kind === 'nodata' ? NOTHING : text, text, isEmpty: false };
  }
  const set = setsOf(leaf).find((one) => one.type === type || one.type === RRTYPE.CNAME);
  const values = set?.rdatas.map((rdata) => rdataToText(set.type, rdata)) ?? [];
  const ttl = leaf.kind === 'pool' && leaf.pool.ttl === undefined ? (leaf.ttl ?? set?.ttl) : set?.ttl;
  const shown = set === undefined ? NOTHING : `${values.join(' ')} (TTL ${ttl})`;
  const isEmpty = set === undefined;
  if (leaf.kind === 'records') return { key: shown, text: shown, isEmpty };
  const { name, at, whenDown } = leaf.pool;
  const key = isEmpty ? shown : JSON.stringify([shown, at, whenDown]);
  return { key, text: `${name} ${shown}`, name, isEmpty };
}

function holderPart(holder: Holder, inside: readonly Part[]): Part {
  const text = holderKind(holder).text(
    holder,
    inside.map((part) => part.text),
  );
  const isTogether = 'together' in holder && holder.together;
  const left = isTogether ? inside : inside.filter((part) => !part.isEmpty);
  // A choice passes over members without the type, and of one there is no choice.
  if (left.length === 0) return { key: NOTHING, text: NOTHING, isEmpty: true };
  const [only] = left;
  if (left.length === 1 && only !== undefined && isChoice(holder))
    return { key: only.key, text, isEmpty: false };
  const byName = holderKind(holder).goesByName === true;
  const keys = inside.map((part) =>
    left.includes(part) ? JSON.stringify([part.key, byName && part.name]) : '',
  );
  const key = JSON.stringify([holderKind(holder).text(holder, keys), isTogether]);
  return { key, text, isEmpty: inside.every((part) => part.isEmpty) };
}

function isChoice({ of }: Holder): boolean {
  return Array.isArray(of);
}

/** What stands for the absence of records. */
const NOTHING = 'nothing';
