/** The text of a policy, and of the lists of networks that it imports. */
import type { DecisionDraft, NamedPool, PolicyDraft, PoolDraft } from '../draft.ts';
import { hostSource, lastPlan, type PolicyWords } from './decision-text.ts';
import { planSource } from './plan-text.ts';
import { array, layOut, object, quoted, type Source } from './source-text.ts';

/** The files of a policy by name; the policy itself is `<zone>.ts`, its lists lie beside it. */
export function policyFiles(draft: PolicyDraft, policyFile: string): ReadonlyMap<string, string> {
  const lists = new NetworkLists(draft.zone);
  const words: PolicyWords = { used: new Set(['definePolicy']), networks: (of) => lists.text(of) };
  const ttl = commonTtl(draft.pools);
  const pools = draft.pools.map((pool) => ({
    key: pool.name,
    value: poolSource(pool, ttl),
    comment: pool.origin,
  }));
  const hosts = draft.hosts.map(({ name, decision, origin }) => ({
    key: name,
    value: hostSource(decision, words, 4),
    comment: origin,
  }));
  const fallback = fallbackOf(draft);
  if (fallback === undefined) words.used.add('refuse');
  const parts = [
    ...(ttl === undefined ? [] : [{ key: 'ttl', value: String(ttl) }]),
    ...(pools.length === 0 ? [] : [{ key: 'pools', value: object(pools, true) }]),
    fallback === undefined
      ? { key: 'fallback', value: 'refuse()', comment: NO_COMMON_END }
      : { key: 'fallback', value: planSource(fallback, words.used) },
    { key: 'hosts', value: object(hosts, true) },
  ];
  const body = layOut(object(parts, true), 0, 0);
  const imports = layOut(object([...words.used].sort(byText).map((key) => ({ key, value: '' }))), 0, 0);
  const names = imports.replaceAll(': ', '').replaceAll(':', '');
  const text = `${headText(draft)}import ${names} from 'dnsteer';\n${lists.imports()}\nexport default definePolicy(${body});\n`;
  return new Map([[policyFile, text], ...lists.files]);
}

const NO_COMMON_END =
  'No place is right for all of these names: where a handler fails, resolvers ask another server';

function headText({ zone, origin }: PolicyDraft): string {
  return `/** Steering of ${zone}, as dnsteer import understood ${origin.replaceAll('*/', '* /')}. */\n`;
}

function byText(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}

/** What all handlers come to where nothing else holds, if that is one plan. */
function fallbackOf({ hosts }: PolicyDraft): Exclude<DecisionDraft, { kind: 'if' }> | undefined {
  const handlers = hosts.filter(({ decision }) => decision.kind === 'if');
  const of = (handlers.length > 0 ? handlers : hosts).map(({ decision }) => lastPlan(decision));
  const [first] = of;
  if (first === undefined || first.kind === 'if' || first.kind === 'nodata' || first.kind === 'cname')
    return undefined;
  const isOne = of.every((plan) => JSON.stringify(plan) === JSON.stringify(first));
  return isOne ? first : undefined;
}

/** The TTL that most pools have, which the policy says for all of them. */
function commonTtl(pools: readonly NamedPool[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { ttl } of pools) if (ttl !== undefined) counts.set(ttl, (counts.get(ttl) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function poolSource(pool: PoolDraft, common: number | undefined): Source {
  const { records, alias, ttl, leastTtl, at, check, upWhen, whenDown } = pool;
  const entries = Object.entries(records).map(([key, values]) => ({ key, value: valueSource(values) }));
  if (alias !== undefined) entries.push({ key: 'alias', value: quoted(alias) });
  if (at !== undefined) entries.push({ key: 'at', value: array(at.map(String)) });
  if (ttl !== undefined && ttl !== common) entries.push({ key: 'ttl', value: String(ttl) });
  if (leastTtl !== undefined) entries.push({ key: 'leastTtl', value: String(leastTtl) });
  if (check !== undefined) entries.push({ key: 'check', value: plainSource(check) });
  if (upWhen !== undefined) entries.push({ key: 'upWhen', value: plainSource({ percent: upWhen }) });
  if (whenDown !== undefined) entries.push({ key: 'whenDown', value: quoted(whenDown) });
  return object(entries);
}

function valueSource(values: readonly string[]): Source {
  const [only] = values;
  return only !== undefined && values.length === 1 ? quoted(only) : array(values.map(quoted));
}

function plainSource(value: unknown): Source {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return array(value.map(plainSource));
  if (typeof value !== 'object' || value === null) return String(value);
  return object(Object.entries(value).map(([key, of]) => ({ key, value: plainSource(of) })));
}

/** Up to so many networks stand in the policy itself. */
const MOST_INLINE = 4;

/** Lists of networks that are files of their own, each once. */
class NetworkLists {
  readonly files = new Map<string, string>();
  readonly #zone: string;
  readonly #names = new Map<string, string>();

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** The networks as arguments of `client.in`. */
  text(networks: readonly string[]): string {
    if (networks.length <= MOST_INLINE) return networks.map(quoted).join(', ');
    const text = `${networks.join('\n')}\n`;
    let name = this.#names.get(text);
    if (name === undefined) {
      name = `networks${this.#names.size + 1}`;
      this.#names.set(text, name);
      this.files.set(`${this.#zone}.${name}.txt`, text);
    }
    return name;
  }

  imports(): string {
    return [...this.#names.values()]
      .map((name) => `import ${name} from ${quoted(`./${this.#zone}.${name}.txt`)};\n`)
      .join('');
  }
}
