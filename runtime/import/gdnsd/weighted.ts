/** `weighted`: one of several by weight, alone or in groups (gdnsd-plugin-weighted(8)). */
import type { CheckDraft, DecisionDraft, PlanDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import { answerKind, type Stanza, stanzasOf } from './addresses.ts';
import { type GdnsdContext, originText, type ResourceUse } from './context.ts';
import { flagAt, numberAt, numberOf, textOf, vscfItems } from './fields.ts';
import { byFamily, placeAndTtl } from './multifo.ts';
import type { Vscf, VscfHash } from './vscf.ts';

interface WeightedItem {
  readonly label: string;
  readonly text: string;
  readonly weight: number;
  readonly place: Vscf['place'];
}

export function weightedDecision(hash: VscfHash, use: ResourceUse, context: GdnsdContext): DecisionDraft {
  const stanzas = stanzasOf(hash, kindOfWeighted);
  const plans = stanzas.map((stanza) => [stanza.kind, stanzaPlan(stanza, use, context)] as const);
  return byFamily(plans, use, hash, context);
}

/** The kind of `[value, weight]`, or of the first in a group of them. */
function kindOfWeighted(member: Vscf): ReturnType<typeof answerKind> {
  const [first] = member.kind === 'hash' ? [...member.entries.values()] : [member];
  const value = first && vscfItems(first)[0];
  if (value === undefined)
    throw new NotUnderstood(member.place, 'The group is empty', 'Write [ ADDRESS, WEIGHT ]');
  return answerKind(value);
}

function stanzaPlan(stanza: Stanza, use: ResourceUse, context: GdnsdContext): PlanDraft {
  const { hash, members, kind } = stanza;
  const check = kind === 'CNAME' ? uncheckedName(stanza, use, context) : context.services.check(hash);
  const isMulti = kind !== 'CNAME' && flagAt(hash, 'multi');
  const groups = members.flatMap(([label, member]) =>
    member.kind === 'hash' ? [{ label, items: itemsOf(member) }] : [],
  );
  const items = groups.length > 0 ? groups.flatMap((group) => group.items) : itemsOf(hash, members);
  if (check !== undefined) tellThreshold(hash, items, use, context);
  const single = (item: WeightedItem): readonly [number, PlanDraft] => [
    item.weight,
    poolOf([item], stanza, use, check, context),
  ];
  if (groups.length === 0) {
    if (!isMulti) return { kind: 'weighted', of: items.map(single) };
    if (!isEven(items))
      tell(
        hash,
        use,
        context,
        'several addresses at once, each with odds of its own (multi)',
        'all addresses that are up',
      );
    return poolOf(items, stanza, use, check, context);
  }
  if (isMulti) {
    tell(
      hash,
      use,
      context,
      'an address of each of several groups at once',
      'one address of all groups by weight',
    );
    return { kind: 'weighted', of: items.map(single) };
  }
  if (!groups.every((group) => isEven(group.items))) {
    tell(
      hash,
      use,
      context,
      'several addresses of a group at once, each with odds of its own',
      'all addresses of the group that are up',
    );
  }
  return {
    kind: 'weighted',
    of: groups.map((group) => [
      sumOf(group.items),
      poolOf(group.items, stanza, use, check, context, group.label),
    ]),
  };
}

function itemsOf({ entries, place }: VscfHash, members: Stanza['members'] = [...entries]): WeightedItem[] {
  if (members.length === 0) throw new NotUnderstood(place, 'The group is empty', 'Write [ ADDRESS, WEIGHT ]');
  return members.map(([label, member]) => {
    const [value, weight, third] = vscfItems(member);
    if (value === undefined || weight === undefined || third !== undefined) {
      throw new NotUnderstood(
        member.place,
        `"${label}" is no pair of a value and a weight`,
        'Write [ 192.0.2.1, 10 ]',
      );
    }
    return {
      label,
      text: textOf(value, label).text,
      weight: numberOf(weight, 'The weight'),
      place: member.place,
    };
  });
}

function poolOf(
  items: readonly WeightedItem[],
  { kind, hash }: Stanza,
  use: ResourceUse,
  check: CheckDraft | undefined,
  context: GdnsdContext,
  label = items.length === 1 ? items[0]?.label : undefined,
): PlanDraft {
  const names = label === undefined ? use.names : [label, ...use.names.map((name) => `${name}-${label}`)];
  return context.pools.plan(names, originText(use.label, items[0]?.place ?? hash.place), {
    records: { [kind]: items.map(({ text }) => text) },
    ...placeAndTtl(use, check !== undefined),
    ...(check && { check }),
  });
}

function uncheckedName({ hash }: Stanza, use: ResourceUse, { services, report }: GdnsdContext): undefined {
  if (services.check(hash) === undefined) return undefined;
  report.add('changed', hash.place, {
    what: use.label,
    why: 'a check of a pool needs addresses, and these are names',
    instead: 'pools without a check, which count as up',
    remedy: "Write check: { type: 'tcp', port: 443, address: 'lb01.example.net' } into each pool",
  });
  return undefined;
}

/** `up_thresh` is without effect where even the lightest that is up alone reaches it. */
function tellThreshold(
  hash: VscfHash,
  items: readonly WeightedItem[],
  use: ResourceUse,
  { report }: GdnsdContext,
): void {
  const thresh = numberAt(hash, 'up_thresh') ?? 0.5;
  const least = Math.ceil(thresh * sumOf(items));
  if (items.every(({ weight }) => weight >= least)) return;
  report.add('changed', hash.place, {
    what: use.label,
    why: `up_thresh ${thresh} has all be answered as if up where less than ${least} of the weight is`,
    instead: 'a choice among those that are up, while any is',
    remedy: 'Nothing, unless the few that are left could not take the load of all',
  });
}

function tell(
  hash: VscfHash,
  use: ResourceUse,
  { report }: GdnsdContext,
  why: string,
  instead: string,
): void {
  report.add('changed', hash.place, {
    what: use.label,
    why: `no plan answers ${why}`,
    instead,
    remedy: 'Choose one at a time (weighted), or several without weights (rotate)',
  });
}

function isEven(items: readonly WeightedItem[]): boolean {
  return items.every(({ weight }) => weight === items[0]?.weight);
}

function sumOf(items: readonly WeightedItem[]): number {
  return items.reduce((sum, { weight }) => sum + weight, 0);
}
