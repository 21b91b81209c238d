/**
 * What a plan answers for one type: in words for people, and as a key that is the same for two plans just where their
 * answers are, whatever the client and the health of their targets. A pool is what it holds: another name for the same
 * addresses makes no difference. Health checks make none either: they change when a pool is down, not what is then.
 */
import {
  checkedSlots,
  type Holder,
  type LeafPlan,
  type Plan,
  type Pool,
  type RecordSet,
  standInOf,
} from '../../plan/plan.ts';
import { holderKind, leafKind } from '../../plan/plan-kinds.ts';
import { URL_TYPE } from '../../plan/pools/pool-url.ts';
import { everyLeaf, fold } from '../../rpc/plan-fold.ts';
import { isAddressType, RRTYPE } from '../../wire/iana/rrtype.ts';
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
    for (const { type } of setsOf(leaf)) if (type !== URL_TYPE) types.add(type);
    const standIn = leaf.kind === 'pool' ? standInOf(leaf.pool) : undefined;
    return standIn === undefined || everyLeaf<Plan, undefined>(standIn, note, undefined);
  };
  everyLeaf<Plan, undefined>(plan, note, undefined);
  return types;
}

interface Part extends PlanAnswer {
  /** Of a pool. */
  readonly name?: string;
  /** Whether it has nothing of the type, so that a choice passes it over. */
  readonly isEmpty: boolean;
  /** Its addresses of the other family; empty if there are none. */
  readonly otherFamily: string;
  /** Whether something checks it. */
  readonly isChecked: boolean;
}

const NEVER_DOWN = { otherFamily: '', isChecked: false } as const;

function setsOf(leaf: LeafPlan): readonly RecordSet[] {
  if (leaf.kind === 'pool') return leaf.pool.sets;
  return leaf.kind === 'records' ? leaf.sets : [];
}

function leafPart(leaf: LeafPlan, type: number): Part {
  if (leaf.kind !== 'pool' && leaf.kind !== 'records') {
    const text = leafKind(leaf).text(leaf);
    return { key: leaf.kind === 'nodata' ? NOTHING : text, text, isEmpty: false, ...NEVER_DOWN };
  }
  const set = setsOf(leaf).find((one) => one.type === type || one.type === RRTYPE.CNAME);
  const values = set?.rdatas.map((rdata) => rdataToText(set.type, rdata)) ?? [];
  const ttl = leaf.kind === 'pool' && leaf.pool.ttl === undefined ? (leaf.ttl ?? set?.ttl) : set?.ttl;
  const alias = leaf.kind === 'pool' && isAddressType(type) ? leaf.pool.alias : undefined;
  if (alias !== undefined) values.push(`of ${alias.target}`);
  const shown = set === undefined ? NOTHING : `${values.join(' ')} (TTL ${ttl})`;
  const isEmpty = set === undefined;
  const otherFamily = otherFamilyOf(leaf, type);
  if (leaf.kind === 'records') return { key: shown, text: shown, isEmpty, otherFamily, isChecked: false };
  return { ...poolPart(leaf.pool, shown, isEmpty, type), otherFamily };
}

/** What stands in for a pool makes a difference where the pool can be down. */
function poolPart(pool: Pool, shown: string, lacksType: boolean, type: number): Omit<Part, 'otherFamily'> {
  const { name, at, whenDown, upWhen } = pool;
  const isChecked = checkedSlots(pool).size > 0;
  const standIn = standInOf(pool);
  const instead = isChecked && standIn !== undefined ? planAnswer(standIn, type) : undefined;
  const isEmpty = lacksType && (instead === undefined || instead.key === NOTHING);
  const key = isEmpty
    ? shown
    : JSON.stringify([shown, at, instead?.key ?? (standIn === undefined ? whenDown : 'all'), upWhen]);
  const text = instead === undefined ? `${name} ${shown}` : `${name} ${shown}, when down ${instead.text}`;
  return { key, text, name, isEmpty, isChecked };
}

function otherFamilyOf(leaf: LeafPlan, type: number): string {
  if (!isAddressType(type)) return '';
  const other = type === RRTYPE.A ? RRTYPE.AAAA : RRTYPE.A;
  const set = setsOf(leaf).find((one) => one.type === other);
  return set === undefined ? '' : set.rdatas.map((rdata) => rdataToText(other, rdata)).join(' ');
}

function holderPart(holder: Holder, inside: readonly Part[]): Part {
  const text = holderKind(holder).text(
    holder,
    inside.map((part) => part.text),
  );
  const isTogether = 'together' in holder && holder.together;
  const passesOver = !isTogether && holderKind(holder).mayChooseEmpty !== true;
  const left = passesOver ? inside.filter((part) => !part.isEmpty) : inside;
  const health = {
    otherFamily: inside
      .map((part) => part.otherFamily)
      .join(' ')
      .trim(),
    isChecked: inside.every((part) => part.isChecked),
  };
  // A choice passes over members without the type, and of one there is no choice.
  if (left.length === 0) return { key: NOTHING, text: NOTHING, isEmpty: true, ...health };
  // While all that have it are down, those that have the other family say whether there is nowhere else to go (eligible.ts).
  const canAllBeDown = left.every((part) => part.isChecked);
  const passedOver = (part: Part): string => (canAllBeDown ? part.otherFamily : '');
  const [only] = left;
  const isAlone = left.length === 1 && inside.every((part) => part === only || passedOver(part) === '');
  if (isAlone && only !== undefined && isChoice(holder))
    return { key: only.key, text, isEmpty: false, ...health };
  const byName = holderKind(holder).goesByName === true;
  const keys = inside.map((part) =>
    left.includes(part) ? JSON.stringify([part.key, byName && part.name]) : passedOver(part),
  );
  const key = JSON.stringify([holderKind(holder).text(holder, keys), isTogether]);
  return { key, text, isEmpty: inside.every((part) => part.isEmpty), ...health };
}

function isChoice({ of }: Holder): boolean {
  return Array.isArray(of);
}

/** What stands for the absence of records. */
const NOTHING = 'nothing';
