/**
 * Policies made up by fast-check: trees over what they read. The same tree is run by an oracle, directly,
 * and written as TypeScript for a real sandbox.
 */
import fc from 'fast-check';
import { parsePrefix } from '../../runtime/base/net/ip.ts';
import { networkSetOf } from '../../runtime/base/net/network-set-builder.ts';
import { networksText } from '../../runtime/rpc/facts/network-fact.ts';
import type { NetworkLists } from '../../runtime/rpc/facts/network-lists.ts';
import type { FactValue, PlanData } from '../../runtime/rpc/plan.ts';

/** Reads a fact, and goes on by its value; or decides. */
export type Tree = { readonly leaf: number } | { readonly fact: string; readonly branches: readonly Tree[] };

export const POOLS = ['one', 'two'] as const;
export const TIME_ZONE = 'Asia/Tokyo';

const CLIENT_FACTS = ['country', 'continent', 'region', 'city', 'latitude', 'eu', 'subnet', 'family'];
/** Of addresses that tests ask from, some are inside and others outside. */
export const NETWORK_FACTS = [
  'client.in(10.0.0.0/15,2001::/17,192.0.2.128/25)',
  'client.in(10.1.2.128/26,198.51.100.1,2001:db8:a::/48)',
  'client.in(10.2.0.0/15,10.3.128.0/17,::/0)',
] as const;
/** The same of a list that the policy imports. */
export const LISTS: NetworkLists = new Map([
  [
    'staff.txt',
    networkSetOf(
      ['10.0.1.0/24', '10.2.0.0/17', '2000::/15', '192.0.2.200', '203.0.113.0/24'].flatMap(
        (text) => parsePrefix(text) ?? [],
      ),
    ),
  ],
]);
const LIST_FACT = 'client.in(@staff.txt)';
const PURE_FACTS = [
  ...CLIENT_FACTS.map((name) => `client.${name}`),
  ...NETWORK_FACTS,
  LIST_FACT,
  ...POOLS.map((pool) => `health.${pool}`),
  'query.name',
  'query.type',
  'time.hour',
  `time@${TIME_ZONE}.weekday`,
];

/** Any policy. Those that read facts of `impure` are not to be remembered where they do. */
export function trees(impure: readonly string[] = []): fc.Arbitrary<Tree> {
  const fact = fc.constantFrom(...PURE_FACTS, ...impure);
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.record({ leaf: fc.nat(0xffff) }),
      fc.record({ fact, branches: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    ),
  })).tree;
}

/** What a policy comes to, and the way there. */
export function runTree(tree: Tree, read: (fact: string) => FactValue): { leaf: number; path: string } {
  const path: string[] = [];
  let at = tree;
  while ('fact' in at) {
    const value = read(at.fact);
    path.push(`${at.fact}=${value}`);
    at = at.branches[choice(value, at.branches.length)] ?? { leaf: 0 };
  }
  // What is read twice is noted once.
  return { leaf: at.leaf, path: [...new Set(path)].join(' ') };
}

export function planOf(leaf: number): PlanData {
  return { kind: 'records', records: { A: [addressOf(leaf)], TXT: [String(leaf)] } };
}

export function addressOf(leaf: number): string {
  return `10.0.${leaf >> 8}.${leaf & 0xff}`;
}

/** The policy as an author would write it, with these trees for hosts. */
export function policyText(hosts: Readonly<Record<string, Tree>>): string {
  const handlers = Object.entries(hosts).map(
    ([host, tree]) => `${JSON.stringify(host)}: (query) => ${codeOf(tree)}`,
  );
  const pools = POOLS.map(
    (pool, index) => `${pool}: { A: ['192.0.2.${index + 1}'], check: { type: 'tcp', port: 80 } }`,
  );
  return `import { definePolicy, health } from 'dnsteer';
    ${choice.toString()}
    export default definePolicy({
      fallback: { A: '192.0.2.99' },
      pools: { ${pools.join(', ')} },
      hosts: { ${handlers.join(',\n')} },
    });`;
}

function codeOf(tree: Tree): string {
  if ('leaf' in tree) return `({ A: '${addressOf(tree.leaf)}', TXT: '${tree.leaf}' })`;
  const branches = tree.branches.map((branch) => `() => ${codeOf(branch)}`);
  return `[${branches.join(', ')}][choice(${expressionOf(tree.fact)} ?? null, ${branches.length})]()`;
}

function expressionOf(fact: string): string {
  const networks = networksText(fact);
  if (networks !== undefined) return `query.client.in('${networks.replaceAll(',', "', '")}')`;
  const [kind = '', name = ''] = fact.split('.');
  if (kind === 'health') return `health('${name}')`;
  if (kind === 'time') return `query.time.${name}`;
  if (kind === 'query') return `query.${name}`;
  return kind === 'client' ? `query.client.${name}` : `query.time.in('${TIME_ZONE}').${name}`;
}

/** Which branch a value leads to. */
function choice(value: FactValue, branches: number): number {
  let sum = 0;
  for (const character of String(value)) sum += character.charCodeAt(0);
  return sum % branches;
}
