// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Scripts have templates.
/** Where a script takes one way or another: what is found, and what is left out as it is not certain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branchSites } from '../../runtime/build/branch-sites.ts';
import { ScriptText } from '../../runtime/build/script-text.ts';
import { scriptTokens } from '../../runtime/build/script-tokens.ts';

/** What each site is, as it is written; `+` where there is another side, `*` where something is compared. */
function sites(script: string): string[] {
  const tokens = scriptTokens(script) ?? assert.fail(script);
  return branchSites(new ScriptText(tokens)).map(({ kind, span, hasOther, compares }) => {
    const text = script.slice(tokens[span.from]?.from, tokens[span.to]?.to);
    return `${kind}${hasOther ? '+' : ''}${compares ? '*' : ''} ${text}`;
  });
}

for (const [script, expected] of [
  ['if (a === 1) b();', ['condition* a === 1']],
  ['if (a) { b(); } else if (c < 2) d();', ['condition+ a', 'condition* c < 2']],
  ['if (a) return b; else return c;', ['condition+ a']],
  ['if (a === 1 || b && c) d();', ['condition* a === 1 || b && c', 'operand* a === 1', 'operand b && c']],
  ['if (a || (b || c)) d();', ['condition a || (b || c)', 'operand a', 'operand (b || c)']],
  ['if ((a || b) ?? c) d();', ['condition (a || b) ?? c']],
  ['return a ? b : c;', ['condition+ a']],
  ['x = a === 1 ? b : c === 2 ? d : e;', ['condition+* a === 1', 'condition+* c === 2']],
  ['f(!a.b?.c[0](1, 2) && -d > 3 ? e : g)', ['condition+* !a.b?.c[0](1, 2) && -d > 3']],
  ['({ p: new Set(LIST).has(q.x) ? 1 : 2 })', ['condition+* new Set(LIST).has(q.x)']],
  ['y = (q) => q.type === "A" ? 1 : 2', ['condition+* q.type === "A"']],
  ['`${a - 1 > b ? c : d}`', ['condition+* a - 1 > b']],
  ['if (a) b === 1 ? c() : d();', ['condition a', 'condition+* b === 1']],
  [
    'z = typeof a === "string" ? 1 : "k" in b ? 2 : 3',
    ['condition+* typeof a === "string"', 'condition+* "k" in b'],
  ],
  ['if (DRAINED.has("eu")) b();', ['condition DRAINED.has("eu")']],
  ['if (EU.includes(country)) b();', ['condition* EU.includes(country)']],
  [
    'switch (a) { case "x": case b ? 1 : 2: { switch (c) { case 3: } } default: }',
    ['switch* a', 'case* "x"', 'case* b ? 1 : 2', 'condition+ b', 'switch* c', 'case* 3'],
  ],
  // Where it begins is not certain.
  ['x = `a` ? 1 : 2', []],
  ['x = function () {} ? 1 : 2', []],
  ['x = { a: 1 } ? 1 : 2', []],
  ['x = a++ ? 1 : 2', []],
  ['for (const k in a ? b : c) d();', []],
  ['for (const k of a ? b : c) d();', []],
  ['a?.b ?? c; a.if(b); x = { if: 1, case: 2, switch: 3 };', []],
] as const) {
  test(`Sites of ${script}`, () => assert.deepEqual(sites(script).toSorted(), [...expected].toSorted()));
}
