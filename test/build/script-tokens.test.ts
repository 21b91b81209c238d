// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Scripts have templates.
/** The tokens of scripts, and scripts of which nobody knows them without a grammar. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scriptTokens } from '../../runtime/build/script-tokens.ts';

function texts(script: string): string[] | undefined {
  return scriptTokens(script)?.map(({ text }) => text);
}

for (const [script, expected] of [
  ['a?.b ?? c?.5:1', ['a', '?.', 'b', '??', 'c', '?', '.5', ':', '1']],
  ['x = /[/"]\\/"/g / 2 // "\n/* \' */', ['x', '=', '/[/"]\\/"/g', '/', '2']],
  ['f(a) / 2 / g[1] / 0x1Fn', ['f', '(', 'a', ')', '/', '2', '/', 'g', '[', '1', ']', '/', '0x1Fn']],
  ['if (a) /b/.test(c)', ['if', '(', 'a', ')', '/b/', '.', 'test', '(', 'c', ')']],
  ['return /=/', ['return', '/=/']],
  ['a.return / b', ['a', '.', 'return', '/', 'b']],
  ['"a\\"b" + \'c\'', ['"a\\"b"', '+', "'c'"]],
  ['`a${b}c${`d`}$`.x', ['`', 'a${', '${', 'b', '}', 'c${', '${', '`', 'd`', '}', '$`', '.', 'x']],
  ['`${{ a: 1 }.a}`', ['`', '${', '${', '{', 'a', ':', '1', '}', '.', 'a', '}', '`']],
  ['#größe in ünï', ['#größe', 'in', 'ünï']],
] as const) {
  test(`Tokens of ${script}`, () => assert.deepEqual(texts(script), expected));
}

for (const script of [
  '} / 2',
  '{} / 2',
  'a++ / 2',
  'x = /a',
  '"a',
  '`a',
  '(]',
  ')',
  '((',
  '`${a',
  '\\u0061',
  'x = /[[a]/]/v',
  'yield / 2 /',
]) {
  test(`Not for sure: ${script}`, () => assert.equal(scriptTokens(script), undefined));
}

test('Brackets know one another, and tokens are what stands in the script', () => {
  const script = 'f({ a: [1, `${(2)}`] });';
  const tokens = scriptTokens(script) ?? assert.fail();
  for (const [at, { text, from, to, other }] of tokens.entries()) {
    assert.equal(script.slice(from, to), text);
    if (other >= 0) assert.equal(tokens[other]?.other, at);
  }
  assert.equal(tokens.filter(({ other }) => other >= 0).length, 10);
});

test('A large program has tokens that leave out nothing but space and comments', () => {
  const script = readFileSync(new URL('../../node_modules/geoip-lite/lib/geoip.js', import.meta.url), 'utf8');
  const tokens = scriptTokens(script) ?? assert.fail();
  let [at, left] = [0, ''];
  for (const { text, from, to } of tokens) {
    if (text === '${') continue;
    left += script.slice(at, from);
    at = to;
  }
  assert.match(left, /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*$/);
  assert.ok(tokens.length > 500);
});
