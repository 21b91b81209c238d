/** Positions in a script lead to the author's file though text was put into its lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { ScriptMap } from '../../runtime/build/source-map.ts';
import { makeFolder } from '../support/policies-folder.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
const boom = (): never => { throw new Error('x'); };
export default definePolicy({
  fallback: { A: '192.0.2.1' },
  hosts: {
    www: (query) => query.client.country === 'DE' || query.client.city === 'Berlin' ? boom() : query.client.country === 'FR' ? boom() : boom(),
    api: ({ client }) => client.country === 'DE' ? boom() : boom(),
    last: () => boom(),
  },
});`;

test('Each name of the author is found where it is written', async (context) => {
  const { root } = makeFolder(context, { 'example.com.ts': POLICY });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  assert.equal(compiled.script.split('__dnsteer_compared').length, 5);
  const map = new ScriptMap(compiled.sourceMap);
  const written = POLICY.split('\n');
  let found = 0;
  for (const [line, text] of compiled.script.split('\n').entries()) {
    for (const { 0: name, index } of text.matchAll(
      /\b(?:query|client|boom|definePolicy|www|api)\b(?!"\])/g,
    )) {
      const position = map.authorPosition(line + 1, index + 1);
      if (position === undefined) continue;
      const there = written[position.line - 1]?.slice(position.column - 1);
      assert.ok(
        there?.startsWith(name) === true || there?.startsWith(`.${name}`) === true,
        `${name}: ${there}`,
      );
      found += 1;
    }
  }
  assert.ok(found >= 18, String(found));
});
