// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Scripts have templates.
/** Where a policy reads no more of its client than it compares, and where it reads all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { narrowedReads, withInsertions } from '../../runtime/build/narrow-reads.ts';

/** As esbuild leaves policies: `body` is what a handler does with `query`. */
function handler(body: string, top = ''): string {
  return `(() => {\n  ${top}\n  var p = definePolicy({ hosts: { www: (query) => {\n    ${body}\n  } } });\n})();\n`;
}

/** Field → with which groups it is compared where it is read so; places that read it in full do not count. */
function narrowed(script: string): Record<string, string> {
  const made = withInsertions(script, narrowedReads(script));
  const calls = [...made.matchAll(/__dnsteer_compared\([\w.?]+((?:, "\w+", "[^"]+")+)\)/g)];
  assert.equal(calls.length, made.split('__dnsteer_compared').length - 1, made);
  const pairs = calls.flatMap(([, given = '']) => [...given.matchAll(/, "(\w+)", "([^"]+)"/g)]);
  return Object.fromEntries(pairs.map(([, field = '', groups = '']) => [field, groups]));
}

const FUNCTIONS =
  'function site(country) { return country === "DE"; } const other = (a, country = "US") => country === "FR" ? a : 2; ' +
  'const near = (code) => { if (code === "DE") return 1; return within(code); }; function within(c) { return c === "AT"; } ' +
  'function leaks(c) { return c; } function pick2(c, f) { return f(c); } function twice(c) { return c === "DE"; } ' +
  'function swapped(c) { return c === "DE"; } function reads(c) { return c === "DE"; } function rest(...c) { return c === "DE"; }';
const SETS =
  'var BASE = ["DE", "IT"]; var BENELUX = new Set(["NL"]); var ALL = new Set([...BASE, ...BENELUX, "CH"]); var LEAKED = ["DE"]; f(LEAKED); var MORE = new Set([...LEAKED, "CH"]); var CIRCLE = new Set([...ROUND]); var ROUND = new Set([...CIRCLE]); ' +
  'var EU = /* @__PURE__ */ new Set(["DE", "FR"]); var LIST = ["DE", "IT"]; var TABLE = { DE: "eu", "US": pick({ a: [1] }) };';

for (const [body, groups] of [
  ['return query.client.country === "DE" ? "a" : "b";', 'DE'],
  ['return "DE" !== query.client?.country ? "a" : "b";', 'DE'],
  ['return query.client.country == "DE" || query.client.country == "FR" ? "a" : "b";', 'DE|FR'],
  ['return (query.client.country ?? "US") === "DE" ? "a" : "b";', 'DE'],
  ['return EU.has(query.client.country ?? "") ? "a" : "b";', 'DE,FR'],
  ['return LIST.includes(query.client.country) && EU.has(query.client.country) ? "a" : "b";', 'DE|IT|FR'],
  ['return new Set(["DE", "AT"]).has(query.client.country) ? "a" : "b";', 'DE,AT'],
  ['return ["DE", "AT"].includes(query.client.country) ? "a" : "b";', 'DE,AT'],
  ['return ALL.has(query.client.country) ? "a" : "b";', 'DE,IT,NL,CH'],
  ['return TABLE[query.client.country] ?? "b";', 'DE|US'],
  ['const site = TABLE[query.client.country]; return site ?? "b";', 'DE|US'],
  ['return query.client.country in TABLE ? "a" : "b";', 'DE,US'],
  [
    'if (!query.client.country || query.client.country === "DE") return "a"; return /[/]=== "X"/.test("/") ? "b" : `x${1 / 2}`;',
    'DE',
  ],
  [
    'switch (query.client.country) {\n case "DE": { switch (query.type) { case "A": return "c"; } }\n case void 0: return "a";\n default: return "b"; }',
    'DE',
  ],
  [
    'const country = query.client.country; if (country === "DE" || EU.has(country)) return "a"; return country ? "b" : "c";',
    'DE|FR',
  ],
  [
    'const { client } = query; const { country: from = "US", city } = client; return from === "DE" ? city : "b";',
    'DE',
  ],
  [
    'const { country } = query.client, type = query.type; return void 0 === country || country === "DE" ? type : "b";',
    'DE',
  ],
  ['const one = query.client.country; const two = one; return two === "DE" ? "a" : "b";', 'DE'],
  [
    'if (1) { const country = query.client.country; return country === "DE" ? "a" : "b"; } else { let country = query.client.country; return country !== "FR"; }',
    'DE|FR',
  ],
  ['return site(query.client.country) ? "a" : other(1, query.client.country);', 'DE|FR'],
  ['return near(query.client.country ?? "US") ? "a" : "b";', 'DE|AT'],
  ['return query.client.city === "Berlin" ? "a" : "b";', undefined],
] as const) {
  test(`Only compared: ${body}`, () => {
    const expected = groups === undefined ? { city: 'Berlin' } : { country: groups };
    assert.deepEqual(narrowed(handler(body, `${SETS} ${FUNCTIONS}`)), expected);
  });
}

for (const body of [
  'return query.client.country;',
  'return { TXT: `${query.client.country}` };',
  'return query.client.country + "" === "DE" ? "a" : "b";',
  'return typeof query.client.country === "string" ? "a" : "b";',
  'return query.client.country < "DE" === "x" ? "a" : "b";',
  'return query.client.country.length === "2" ? "a" : "b";',
  'return query.client.country?.startsWith("D") ? "a" : "b";',
  'return f(query.client.country) === "DE" ? "a" : "b";',
  'return f(query.client.country, "DE") ? "a" : "b";',
  'return query.client.country === other ? "a" : "b";',
  'return query.client.country === "D\\x45" ? "a" : "b";',
  'return query.client.country === "DE".slice(0) ? "a" : "b";',
  'return query.client.country ?? "DE" === "DE";',
  'return query.client.country || "b";',
  'return [query.client.country].join();',
  'return [...LEAKED].map(f), MORE.has(query.client.country) ? "a" : "b";',
  'return CIRCLE.has(query.client.country) ? "a" : "b";',
  'return EU.has(query.client.country, 1) && EU.add("x") ? "a" : "b";',
  'return EU.has(query.client.country) && [EU].length ? "a" : "b";',
  'return LIST.includes(query.client.country) && LIST.push("x") ? "a" : "b";',
  'return OTHER.has(query.client.country) ? "a" : "b";',
  'return LIST.indexOf(query.client.country) < 0 ? "a" : "b";',
  'TABLE[query.client.country] = "x"; return "a";',
  'return ++TABLE[query.client.country] ? "a" : "b";',
  'return TABLE[query.client.country] ?? Object.keys(TABLE);',
  'return ["a", "b"][query.client.country] ?? "b";',
  'return TABLE[query.client.city] ?? "b";',
  'switch (query.client.country) { case "DE": return "a"; case f(): return "b"; }',
  'let country = query.client.country; country += "x"; return country === "DE" ? "a" : "b";',
  'const country = query.client.country; return country === "DE" ? "a" : { country };',
  'const country = query.client.country; return [1].map((country) => country === "DE" ? "a" : "b");',
  'const { country, ...rest } = query.client; return country === "DE" ? rest : "b";',
  'const { country } = query.client; return f(country) ? country === "DE" : "b";',
  'const country = query.client.country; return eval("country") && country === "DE" ? "a" : "b";',
  'return function(c) { return c; }(query.client.country) === "DE" ? "a" : "b";',
  'return leaks(query.client.country) === "DE" ? "a" : "b";',
  'return pick2(query.client.country, leaks) ? "a" : "b";',
  'return new site(query.client.country) ? "a" : "b";',
  'return query.site(query.client.country) ? "a" : "b";',
  'return [query.client.country].map(twice), twice(query.client.country) ? "a" : "b";',
  'return ((swapped) => swapped(query.client.country))(leaks) ? "a" : "b";',
  'return reads(query.client.country) ? "a" : `x${arguments[0]}`;',
  'return rest(query.client.country) ? "a" : "b";',
  'return site(...[query.client.country]) ? "a" : "b";',
  'return unknown(query.client.country) ? "a" : "b";',
  'var country = query.client.country; if (country === "DE") return "a"; function inner() { return country; }',
  'const country = query.client.country; { const f = () => country; return country === "DE" ? f() : "b"; }',
  'for (const country = query.client.country; country === "DE"; ) return "a"; return country;',
  'return client().country === "DE" ? "a" : "b";',
  'return query.client["country"] === "DE" ? "a" : "b";',
  'return query.client.country === "a,b" ? "a" : "b";',
  'return query.client.country === "*" ? "a" : "b";',
  'return (query.client.country === "DE") / 2 ? {} / 2 : "b";',
]) {
  test(`Read in full: ${body}`, () => {
    assert.deepEqual(narrowed(handler(body, `${SETS} ${FUNCTIONS}`)), {});
  });
}

test('A script that is long, or tells many apart, is left as it is', () => {
  const body = 'return query.client.country === "DE" ? "a" : "b";';
  assert.deepEqual(narrowed(handler(body, `var long = "${'x'.repeat(300_000)}";`)), {});
  const many = Array.from(
    { length: 49 },
    (_, index) =>
      `query.client.country === "${String.fromCharCode(65 + (index % 26), 65 + Math.floor(index / 26))}"`,
  );
  assert.deepEqual(narrowed(handler(`return ${many.join(' || ')};`)), {});
});
