/** Sources have ended the process of esbuild 0.28.2, and have filled its memory: they are told from those built with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { makeFolder } from '../support/policies-folder.ts';
import '../stand-ins/preload.ts';

const MINIMAL = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: ['192.0.2.1'] } });
`;
const noProc = process.platform === 'linux' ? false : 'no /proc here';

for (const [does, marker, told, skip] of [
  ['ends the compiler', 'stand-in: crash', 'The compiler crashed', false],
  ["fills the compiler's memory", 'stand-in: eat', 'The compiler needed more than', noProc],
] as const) {
  test(`A source that ${does} is told from those that are built at the same time`, {
    skip,
  }, async (context) => {
    const { root } = makeFolder(context, {
      'wild.example.ts': `${MINIMAL}// ${marker}`,
      'sound.example.ts': MINIMAL,
      'other.example.ts': MINIMAL,
    });
    const files = ['sound.example.ts', 'wild.example.ts', 'other.example.ts'];
    const [sound, wild, other] = await Promise.all(files.map((file) => compilePolicy(file, { root })));
    for (const built of [sound, other]) {
      assert.ok(built?.ok, JSON.stringify(built));
    }
    assert.ok(wild !== undefined && !wild.ok);
    const texts = wild.diagnostics.map(formatDiagnostic).join().replaceAll(root, 'policies');
    assert.match(texts, new RegExp(`^policies/wild\\.example\\.ts: error: ${told}`));
  });
}
