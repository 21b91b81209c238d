/**
 * A pool that answers with the addresses of another name. Control compiles it with sets of A and AAAA without values, which say
 * what it could answer, how long, and which target of probes stands for all of it; answer processes put the addresses
 * in whenever control tells of others (answer/zones/served-aliases.ts).
 */
import { parseAddress } from '../../base/net/ip.ts';
import {
  type AliasFamily,
  type AliasNews,
  type FamilyNews,
  nothingKnown,
} from '../../health/aliases/alias-news.ts';
import { encodeRRset } from '../../wire/encoded-rrset.ts';
import { isAddressType, RRTYPE } from '../../wire/iana/rrtype.ts';
import { compactSet, UNCHECKED } from '../encoded-set.ts';
import type { Aliasing, RecordSet } from '../plan.ts';

const FAMILIES: readonly (readonly [AliasFamily, number])[] = [
  ['A', RRTYPE.A],
  ['AAAA', RRTYPE.AAAA],
];

export class PoolAlias implements Aliasing {
  readonly target: string;
  readonly ttl: number;
  isDown = true;
  isUnresolved = true;
  readonly #slot: number;
  /** Records of other types. */
  readonly #others: readonly RecordSet[];
  #news: AliasNews;

  /** `sets`: those of the pool, as control has compiled them. */
  constructor(target: string, sets: readonly RecordSet[]) {
    const own = sets.find(({ type }) => isAddressType(type));
    this.target = target;
    this.ttl = own?.ttl ?? 0;
    this.#slot = own?.slots[0] ?? UNCHECKED;
    this.#others = sets.filter(({ type }) => !isAddressType(type));
    this.#news = nothingKnown(target);
  }

  get news(): AliasNews {
    return this.#news;
  }

  take(news: AliasNews): RecordSet[] {
    const found = FAMILIES.some(([family]) => (news[family].addresses ?? []).length > 0);
    this.#news = news;
    this.isDown = !found;
    this.isUnresolved = !found && FAMILIES.some(([family]) => news[family].addresses === null);
    return [...FAMILIES.flatMap(([family, type]) => this.#setOf(type, news[family])), ...this.#others];
  }

  isUnknown(type: number): boolean {
    return this.#familyOf(type)?.addresses === null;
  }

  secondsLeft(type: number): number {
    return this.#familyOf(type)?.ttl ?? Number.POSITIVE_INFINITY;
  }

  /** What control sends of it beside the sets. */
  toJSON(): Pick<PoolAlias, 'target'> {
    return { target: this.target };
  }

  #familyOf(type: number): FamilyNews | undefined {
    if (type === RRTYPE.A) return this.#news.A;
    return type === RRTYPE.AAAA ? this.#news.AAAA : undefined;
  }

  #setOf(type: number, { addresses }: FamilyNews): RecordSet[] {
    const rdatas = (addresses ?? []).flatMap((address) => parseAddress(address)?.bytes ?? []);
    if (rdatas.length === 0) return [];
    const set = { type, ttl: this.ttl, rdatas };
    return [compactSet({ ...set, slots: rdatas.map(() => this.#slot), encoded: encodeRRset(set) })];
  }
}

/** Stands for the addresses of an alias while what is checked in their place is read: a set of one value. */
export function aliasMark(ttl: number): RecordSet {
  return { type: RRTYPE.A, ttl, rdatas: [NO_OCTETS], slots: [UNCHECKED] };
}

const NO_OCTETS = new Uint8Array();

/** The sets of a pool as control compiles them; the first is the mark of an alias, if the pool is one. */
export function aliasOf(
  target: string | undefined,
  [mark, ...others]: readonly RecordSet[],
): { readonly sets: readonly RecordSet[]; readonly alias?: PoolAlias } {
  if (mark === undefined) return { sets: others };
  if (target === undefined) return { sets: [mark, ...others] };
  const { ttl, slots } = mark;
  const sets = [...FAMILIES.map(([, type]) => ({ type, ttl, rdatas: [], slots })), ...others];
  return { sets, alias: new PoolAlias(target, sets) };
}
