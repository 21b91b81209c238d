/** A script that notes which ways it takes does what it did before, and says which it took. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { BRANCHES_HOST, markBranches, WAY } from '../../runtime/build/mark-branches.ts';

/** As the prelude installs policies. */
const INSTALL = `Object.defineProperty(globalThis, '__dnsteer_run', { value: run });`;
const DECIDE = `
const EU = new Set(["DE", "FR"]);
const run = (line, health) => {
  const [, country = "", continent = ""] = line.split("\\t");
  if (country === "DE" && continent === "NA") return "never";
  if (EU.has(country) || country === "XX") return continent === "EU" ? "eu" : "odd";
  switch (country === "US" ? "us" : health) {
    case "us": return "us";
    case "up":
    case "down": { const found = country || "none"; return found; }
    case "us": return "again";
    default: return continent ? \`\${continent.length > 1 ? "two" : "one"}\` : "no";
  }
};`;
const SCRIPT = `'use strict';\n(() => {${DECIDE}\n${INSTALL}\n})();\n`;

const ASKED = ['DE\tEU', 'FR\tEU', 'US\tNA', 'JP\tAS', '\t', '\tAS', 'DE\tAS'].flatMap((line) =>
  ['up', 'down', 'other'].map((health) => [`www\t${line}`, health] as const),
);

type Run = (line: string, health: string) => string;

function runOf(script: string): Run {
  const context = vm.createContext({});
  vm.runInContext(script, context);
  return (context as { __dnsteer_run: Run }).__dnsteer_run;
}

test('Marked, a script comes to the same, and tells which ways it took', () => {
  const marked = markBranches(SCRIPT) ?? assert.fail('It is understood');
  const [plain, noting] = [runOf(SCRIPT), runOf(marked.script)];
  for (const [line, health] of ASKED) assert.equal(noting(line, health), plain(line, health), line);
  const told = JSON.parse(noting(`${BRANCHES_HOST}\tx`, '{}')) as { plan: { seen: string } };
  const { seen } = told.plan;
  assert.equal(seen.length, marked.sites.length);
  const ways = marked.sites.map(({ at, kind }, index) => [
    kind,
    SCRIPT.slice(at, SCRIPT.indexOf('\n', at)).slice(0, 14),
    Number(seen[index]),
  ]);
  const both = WAY.TRUE | WAY.FALSE;
  assert.deepEqual(
    ways.toSorted((a, b) => String(a).localeCompare(String(b))),
    [
      ['case', '"down": { cons', WAY.TRUE],
      ['case', '"up":', WAY.TRUE],
      ['case', '"us": return "', 0],
      ['case', '"us": return "', WAY.TRUE],
      ['condition', 'EU.has(country', both],
      ['condition', 'continent ? `$', both],
      ['condition', 'continent === ', both],
      ['condition', 'continent.leng', WAY.TRUE],
      ['condition', 'country === "D', WAY.FALSE],
      ['condition', 'country === "U', both],
      ['operand', 'EU.has(country', both],
      ['operand', 'country === "X', WAY.FALSE],
      ['switch', 'country === "U', WAY.TRUE],
    ].toSorted((a, b) => String(a).localeCompare(String(b))),
  );
});

for (const [what, script] of [
  ['sloppy', SCRIPT.slice(SCRIPT.indexOf('\n') + 1)],
  ['without branches', `'use strict';\n(() => { const run = () => "a"; ${INSTALL} })();\n`],
  ['not understood', `'use strict';\nvar x = } / 2;\n`],
  ['opaque', SCRIPT.replace('const EU', 'eval("1"); const EU')],
  ['of megabytes', `${SCRIPT}"${'x'.repeat(300_000)}";`],
] as const) {
  test(`A script that is ${what} is left alone`, () => assert.equal(markBranches(script), undefined));
}
