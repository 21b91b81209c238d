/** Functions of LUA records that choose without a check: `pickrandom` and its like, `all`, `view`. */
import type { DecisionDraft, PlanDraft } from '../draft.ts';
import { networkOf } from './conditions.ts';
import type { LuaHost } from './lua-host.ts';
import { LuaBeyond } from './lua-tree.ts';
import { isTable, type LuaValue, stringsOf, tablesOf, weightsOf } from './lua-value.ts';

export type LuaFunction = (args: readonly LuaValue[], host: LuaHost) => DecisionDraft;

const AWAY = 'its hash is another: a client stays where it is, and need not be where PowerDNS had it';

export const PICKS: Readonly<Record<string, LuaFunction>> = {
  pickrandom: ([list], host) =>
    oneOf(host.pool(stringsOf(list, 'values'), nameGiven(list)), stringsOf(list, 'values').length),
  pickrandomsample: ([count, list], host) => sample(Number(count), list, host),
  all: ([list], host) => host.pool(stringsOf(list, 'values'), nameGiven(list)),
  pickwrandom: ([list], host) => ({ kind: 'weighted', of: weighted(list, host) }),
  pickwhashed: ([list], host) => hashed(weighted(list, host), host),
  pickhashed: ([list], host) => hashed(even(list, host), host),
  pickchashed: ([list], host) => hashed(weighted(list, host), host),
  picknamehashed: ([list], host) => hashed(weighted(list, host), host, 'name'),
  pickclosest: ([list], host) => closest(list, host),
  view: ([pairs], host) => view(pairs, host),
};

/** The name that the script gave a table. */
export function nameGiven(value: LuaValue): { readonly name?: string | undefined } {
  return isTable(value) ? { name: value.name } : {};
}

/** One value of several at random. */
export function oneOf(pool: PlanDraft, values: number, count = 1): PlanDraft {
  return values > count && pool.kind === 'pool' ? { kind: 'rotate', of: pool, count } : pool;
}

/** By the network of the client, or by the name. */
export function hashed(of: readonly (readonly [number, PlanDraft])[], host: LuaHost, by?: 'name'): PlanDraft {
  const [first] = of;
  if (first !== undefined && of.length === 1) return first[1];
  host.note(
    AWAY,
    'sticky',
    'Nothing, unless what clients left at an address has to be found there after the move',
  );
  return { kind: 'sticky', of, ...(by && { by }) };
}

/** Where addresses are is nothing that a script says: PowerDNS looks for them in its geo data. */
export function closest(list: LuaValue, host: LuaHost): PlanDraft {
  const values = stringsOf(list, 'addresses');
  if (values.length > 1) {
    host.changed(
      'pickclosest looks for places of the addresses in the geo data of PowerDNS, and the script does not tell them',
      'one of the addresses at random',
      'Make each address a pool with its place, at: [latitude, longitude], and choose by nearest(…)',
    );
  }
  return oneOf(host.pool(values, nameGiven(list)), values.length);
}

function sample(count: number, list: LuaValue, host: LuaHost): PlanDraft {
  if (!Number.isInteger(count) || count < 1) throw new LuaBeyond('pickrandomsample does not say how many');
  const values = stringsOf(list, 'values');
  return oneOf(host.pool(values, nameGiven(list)), values.length, count);
}

function even(list: LuaValue, host: LuaHost): readonly (readonly [number, PlanDraft])[] {
  return host.each(stringsOf(list, 'values')).map((plan) => [1, plan]);
}

function weighted(list: LuaValue, host: LuaHost): readonly (readonly [number, PlanDraft])[] {
  return weightsOf(list).map(([weight, text]) => [weight, host.pool([text])]);
}

/** The first pair of networks and values whose networks the client is in; one of the values. */
function view(pairs: LuaValue, host: LuaHost): DecisionDraft {
  const arms = tablesOf(pairs, 'pairs of view').map(({ items: [networks, values] }) => {
    const texts = stringsOf(values, 'values');
    return {
      networks: stringsOf(networks, 'networks').map(networkOf),
      plan: oneOf(host.pool(texts), texts.length),
    };
  });
  return arms.reduceRight(
    (no: DecisionDraft, { networks, plan }): DecisionDraft => ({
      kind: 'if',
      when: { fact: 'network', in: networks },
      yes: plan,
      no,
    }),
    { kind: 'nodata' },
  );
}
