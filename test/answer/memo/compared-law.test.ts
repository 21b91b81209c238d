/**
 * Policies that compare, read from their text: whatever they do, they decide as if they had read in full, what they are
 * remembered to have read leads to nothing else, and the host sees in every client what the policy saw.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';
import fc from 'fast-check';
import { parseFact } from '../../../runtime/answer/facts/fact.ts';
import { Facts } from '../../../runtime/answer/facts/facts.ts';
import { compilePolicy } from '../../../runtime/build/compile.ts';
import { preludeBundle } from '../../../runtime/build/prelude-bundle.ts';
import type { Location } from '../../../runtime/geo/location.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import type { Read } from '../../../runtime/rpc/plan.ts';
import { runLine } from '../../../runtime/rpc/run-text.ts';
import { judged, readsOf, type ToldDecision } from '../../../runtime/rpc/told.ts';
import { Query } from '../../../runtime/wire/query.ts';
import { makeFolder } from '../../support/policies-folder.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const COUNTRIES = [undefined, ...LETTERS.flatMap((one) => LETTERS.map((other) => one + other))];
const prelude = new vm.Script((await preludeBundle()).script);

const named = fc.constantFrom('DE', 'FR', 'AT', 'US', 'CA', 'XX');
const text = named.map((name) => JSON.stringify(name));

/** What a handler may say of a country: comparisons, and what is none. */
const says = (country: string): fc.Arbitrary<string> => {
  const C = country;
  const compare = fc.oneof(
    text.map((t) => `${C} === ${t}`),
    text.map((t) => `${t} != ${C}`),
    text.map((t) => `(${C} ?? ${t}) === 'DE'`),
    fc.constantFrom(
      `!${C}`,
      `${C} === undefined`,
      `${C} == null`,
      `EU.has(${C} ?? '')`,
      `AMERICA.has(${C} ?? 'US')`,
      `LIST.includes(${C} as never)`,
      `(${C} as never) in TABLE`,
      `TABLE[${C} as never] === 1`,
      `(TABLE[${C} ?? 'FR'] ?? 2) > 1`,
      `${C} && true`,
      `(${C} ? LIST.length > 2 : false)`,
      `new Set(['AT', 'IT', 'DE']).has(${C} ?? 'IT')`,
      `near(${C})`,
      `(${C} !== 'XX' && count(1, ${C} ?? 'FR') > 1)`,
      `same('DE') === ${C}`,
    ),
  );
  const other = fc.constantFrom(
    `(${C} ?? '') < 'DE'`,
    `${C}?.startsWith('D')`,
    `same(${C}) === 'FR'`,
    `\`\${${C}}\` === 'DE'`,
    `[${C}][0] === 'US'`,
    `typeof ${C} === 'string'`,
    `(${C} + '') === 'DE'`,
    `${C}!?.length === 2`,
    `EU.has(${C} ?? '') === LIST.includes(${C} ?? '')`,
    `/^A/.test(${C} ?? '')`,
    `[...EU].includes(${C} ?? '')`,
    `Object.values({ c: ${C} }).join() === 'CA'`,
  );
  return fc.oneof({ weight: 4, arbitrary: compare }, { weight: 1, arbitrary: other });
};

const formula = (country: string): fc.Arbitrary<string> =>
  fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      says(country),
      fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) && (${b})`),
      fc.tuple(tie('all'), tie('all')).map(([a, b]) => `(${a}) || (${b})`),
      tie('all').map((a) => `!(${a})`),
    ),
  })).all;

const branches = (country: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .array(formula(country), { minLength: 1, maxLength: 4 })
      .map((tests) => tests.map((one, at) => `if (${one}) return say(${at});`).join('\n')),
    fc
      .array(named, { minLength: 1, maxLength: 3 })
      .map(
        (names) =>
          `switch (${country}) { ${[...new Set(names)].map((name, at) => `case '${name}': return say(${at});`).join(' ')} ${names.length > 2 ? 'case undefined: return say(8);' : ''} }`,
      ),
  );

const handler = fc.oneof(
  branches('query.client.country').map((body) => `(query) => { ${body} return say(9); }`),
  branches('client?.country').map((body) => `({ client }) => { ${body} return say(9); }`),
  ...['a', 'b', 'a'].flatMap((name) => [
    branches(`known_${name}`).map(
      (body) => `(query) => { const known_${name} = query.client.country; ${body} return say(9); }`,
    ),
    branches(`from_${name}`).map(
      (body) =>
        `(query) => { const { country: from_${name} = 'XX' } = query.client; ${body} return say(9); }`,
    ),
    branches(`c_${name}`).map(
      (body) => `({ client }) => { let c_${name} = client.country ?? 'DE'; ${body} return say(9); }`,
    ),
  ]),
);

const policyText = (hosts: readonly string[]): string => `import { definePolicy } from 'dnsteer';
  const EU = new Set<string>(['DE', 'FR', 'AT']);
  const AMERICA = new Set<string>(['US', 'CA']);
  const LIST: readonly string[] = ['DE', 'US', 'XX'];
  const TABLE: Record<string, number> = { DE: 1, FR: 2, 'US': 1 };
  const near = (code = 'US') => code === 'DE' || AMERICA.has(code);
  function count(least: number, code?: string): number { switch (code) { case 'FR': return 2; case 'AT': return least; default: return 0; } }
  const same = <T>(value: T): T => value;
  const say = (at: number) => ({ A: \`192.0.2.\${at}\` });
  export default definePolicy({
    fallback: { A: '192.0.2.99' },
    hosts: { ${hosts.map((host, at) => `h${at}: ${host}`).join(',\n')} },
  });`;

type Run = (line: string, health: string) => string;

/** The policy's function, and the same without the comparisons that were found. */
function guests(script: string): { readonly narrowed: Run; readonly full: Run } {
  const guest = (code: string): Run => {
    const context = vm.createContext({});
    prelude.runInContext(context);
    vm.runInContext(code, context);
    return (context as { __dnsteer_run: Run }).__dnsteer_run;
  };
  return {
    narrowed: guest(script),
    full: guest(script.replaceAll('__dnsteer_compared(', '((client) => client)(')),
  };
}

interface Ran {
  readonly plan: unknown;
  readonly reads: readonly Read[];
}

const HOSTS = 3;
const counts = { narrowed: 0, decisions: 0, countries: 0 };

test('Whatever is compared, decisions are those of policies that read in full, and what was read leads to no other', async (context) => {
  const { root } = makeFolder(context, {});
  let place: Location = {};
  const geo = {
    locate: () => place,
    read: (_: unknown, field: keyof Location) => place[field],
    key: () => 0,
    prefixLength: () => 0,
  };
  const seen = new Facts(geo, new HealthTable());
  const one = async (hosts: readonly string[]): Promise<void> => {
    writeFileSync(path.join(root, 'example.com.ts'), policyText(hosts));
    const compiled = await compilePolicy('example.com.ts', { root });
    assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.diagnostics));
    if (compiled.script.includes('__dnsteer_compared')) counts.narrowed += 1;
    const { narrowed, full } = guests(compiled.script);
    for (let at = 0; at < hosts.length; at += 1) {
      const decided = new Map<string, string>();
      for (const country of COUNTRIES) {
        place = country === undefined ? {} : { country };
        const client = { ip: '192.0.2.1', subnet: '192.0.2.0/24', family: 4, place };
        const facts = { ...client, now: 0, health: {} };
        const question = { host: `h${at}`, name: 'www.example.com', type: 'A', facts };
        const run = (guest: Run): Ran => {
          const said = JSON.parse(guest(runLine(question).slice(1), '{}')) as ToldDecision;
          return { plan: said.plan, reads: readsOf(judged({ ...said }), question) };
        };
        const { plan, reads } = run(narrowed);
        assert.deepEqual(plan, run(full).plan, `${country}`);
        seen.begin(NO_SUBNET, { address: '192.0.2.1' });
        for (const [key, value] of reads) {
          const fact = parseFact(key, new Map()) ?? assert.fail(key);
          assert.equal(seen.value(fact), value, `${country} ${key}`);
        }
        const [way, leaf] = [JSON.stringify(reads), JSON.stringify(plan)];
        assert.equal(decided.get(way) ?? leaf, leaf, way);
        decided.set(way, leaf);
      }
      counts.decisions += decided.size;
      counts.countries += COUNTRIES.length;
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(handler, { minLength: HOSTS, maxLength: HOSTS }), one), {
    numRuns: 16,
  });
  assert.ok(counts.narrowed > 8, 'most policies have something to compare');
  assert.ok(counts.decisions < counts.countries / 2, `${counts.decisions} of ${counts.countries}`);
});

const NO_SUBNET = new Query().clientSubnet;
