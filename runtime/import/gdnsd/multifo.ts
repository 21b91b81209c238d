/** `multifo`, `simplefo` and `static`: addresses that are answered together, in turn, or alone. */
import type { DecisionDraft, PlanDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import { addressKind, answerKind, type Stanza, stanzasOf } from './addresses.ts';
import { type GdnsdContext, originText, type ResourceUse, ttlsOf } from './context.ts';
import { flagAt, numberAt, textOf } from './fields.ts';
import type { VscfHash, VscfText } from './vscf.ts';

/** All addresses that are up; all of them if fewer than `up_thresh` are (gdnsd-plugin-multifo(8)). */
export function multifoDecision(hash: VscfHash, use: ResourceUse, context: GdnsdContext): DecisionDraft {
  const stanzas = stanzasOf(hash, addressKind);
  const checks = stanzas.map((stanza) => checkOf(stanza, use, context));
  if (checks.every((check) => check === undefined)) {
    const records = Object.fromEntries(stanzas.map(({ kind, members }) => [kind, textsOfMembers(members)]));
    return context.pools.plan(use.names, originText(use.label, hash.place), {
      records,
      ...placeAndTtl(use, false),
    });
  }
  const plans = stanzas.map((stanza, index): readonly [string, PlanDraft] => {
    const suffix = stanzas.length > 1 ? { A: '-v4', AAAA: '-v6', CNAME: '' }[stanza.kind] : '';
    const check = checks[index];
    const addresses = textsOfMembers(stanza.members);
    const upWhen = check && percentOf(numberAt(stanza.hash, 'up_thresh') ?? 0.5, addresses.length);
    const plan = context.pools.plan(
      use.names.map((name) => name + suffix),
      originText(use.label, stanza.hash.place),
      {
        records: { [stanza.kind]: addresses },
        ...placeAndTtl(use, check !== undefined),
        ...(check && { check }),
        ...(upWhen !== undefined && { upWhen }),
      },
    );
    return [stanza.kind, plan];
  });
  return byFamily(plans, use, hash, context);
}

/** The first of two addresses while it is up, else the second if that is (gdnsd-plugin-simplefo(8)). */
export function simplefoDecision(hash: VscfHash, use: ResourceUse, context: GdnsdContext): DecisionDraft {
  const stanzas = stanzasOf(hash, addressKind);
  const plans = stanzas.map(({ kind, hash: stanza, members }): readonly [string, PlanDraft] => {
    const check = context.services.check(stanza);
    const suffix = stanzas.length > 1 ? { A: '-v4', AAAA: '-v6', CNAME: '' }[kind] : '';
    const of = ['primary', 'secondary'].map((role) => {
      const address = members.find(([label]) => label === role)?.[1];
      if (address === undefined) {
        throw new NotUnderstood(stanza.place, `The resource has no ${role}`, `Write ${role} => 192.0.2.1`);
      }
      return context.pools.plan(
        use.names.map((name) => `${name}-${role}${suffix}`),
        originText(use.label, address.place),
        {
          records: { [kind]: [textOf(address, role).text] },
          ...placeAndTtl(use, check !== undefined),
          ...(check && { check }),
        },
      );
    });
    return [kind, { kind: 'firstHealthy', of }];
  });
  return byFamily(plans, use, hash, context);
}

/** One address or name, whatever happens. */
export function staticDecision(value: VscfText, use: ResourceUse, context: GdnsdContext): DecisionDraft {
  const records = { [answerKind(value)]: [value.text] };
  return context.pools.plan(use.names, originText(use.label, value.place), {
    records,
    ...placeAndTtl(use, false),
  });
}

/** A decision for each family, where they differ. */
export function byFamily(
  plans: readonly (readonly [kind: string, plan: PlanDraft])[],
  use: ResourceUse,
  { place }: VscfHash,
  { report }: GdnsdContext,
): DecisionDraft {
  const [first, second] = plans;
  if (first === undefined) return { kind: 'nodata' };
  if (second === undefined) return first[1];
  if (use.isMember) {
    report.add('changed', place, {
      what: use.label,
      why: 'a failure of one family of addresses is no failure of the other here',
      instead: 'A and AAAA that fail over each for itself',
      remedy: 'Put both families into one pool where they are to fail together',
    });
  }
  return { kind: 'if', when: { fact: 'type', is: [second[0]] }, yes: second[1], no: first[1] };
}

export function placeAndTtl(
  use: ResourceUse,
  isChecked: boolean,
): { ttl: number; leastTtl?: number; at?: readonly [number, number] } {
  return { ...(use.at && { at: use.at }), ...ttlsOf(use, isChecked) };
}

function textsOfMembers(members: Stanza['members']): string[] {
  return members.map(([label, member]) => textOf(member, `"${label}"`).text);
}

/** With `ignore_health`, nobody asks how addresses are, but a choice that leads here does. */
function checkOf({ hash }: Stanza, use: ResourceUse, { services, report }: GdnsdContext) {
  if (!flagAt(hash, 'ignore_health')) return services.check(hash);
  if (!use.isMember) return undefined;
  report.add('changed', hash.place, {
    what: use.label,
    why: 'a pool that has a check answers only what is up of it (ignore_health)',
    instead: 'a pool that leaves out addresses that are down',
    remedy: 'Remove its check where all of it is to be answered always',
  });
  return services.check(hash);
}

/**
 * Percent that stand for `non_down >= ceil(thresh * total)`; `undefined` where one that is up is enough. For up to 100
 * addresses there is always such a percent.
 */
function percentOf(thresh: number, total: number): number | undefined {
  const least = Math.ceil(thresh * total);
  return least <= 1 ? undefined : Math.floor((100 * least) / total);
}
