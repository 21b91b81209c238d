/** A compiler that hangs. It is an impostor that reads all it is told and never answers, until its turn is over. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { childrenOf } from '../../runtime/base/process/process-usage.ts';

const NO_PROC = existsSync('/proc/self/task') ? false : 'no /proc here';
const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-compiler-'));
after(() => rmSync(folder, { recursive: true }));
const impostor = path.join(folder, 'esbuild');
const esbuild = createRequire(createRequire(import.meta.url).resolve('esbuild')).resolve(
  `@esbuild/${process.platform}-${process.arch}/bin/esbuild`,
);
const HANGS = path.join(folder, 'hangs');
writeFileSync(
  impostor,
  `#!/bin/sh\nif [ -e ${HANGS} ]; then rm ${HANGS}; while read -r line; do :; done; fi\nexec ${esbuild} "$@"\n`,
);
chmodSync(impostor, 0o755);
// It looks for this when it is imported.
process.env.ESBUILD_BINARY_PATH = impostor;
const { buildSurely, endCompiler, onCompilerHung } = await import('../../runtime/build/esbuild-service.ts');

const OPTIONS = { stdin: { contents: 'export const a = 1;' }, write: false, logLevel: 'silent' } as const;

test('A compiler that hangs is told of, ended and replaced, and all builds are done', {
  skip: NO_PROC,
}, async () => {
  const told: string[] = [];
  onCompilerHung((text) => told.push(text));
  writeFileSync(HANGS, '');
  const from = performance.now();
  const builds = await Promise.all([buildSurely(OPTIONS), buildSurely(OPTIONS)]);
  assert.ok(performance.now() - from > 2500, 'it hung');
  for (const { outputFiles } of builds) assert.match(outputFiles[0]?.text ?? '', /a = 1/);
  assert.equal(told.length, 1);
});

test('A compiler that was stopped is ended with the server, and what it builds is lost', {
  skip: NO_PROC,
}, async () => {
  const compilers = childrenOf(process.pid).filter(
    (child) => readFileSync(`/proc/${child}/comm`, 'utf8') === 'esbuild\n',
  );
  assert.ok(compilers.length > 0);
  for (const compiler of compilers) process.kill(compiler, 'SIGSTOP');
  const lost = assert.rejects(buildSurely(OPTIONS), /The server is ending/);
  endCompiler();
  await lost;
  await assert.rejects(buildSurely(OPTIONS), /The server is ending/);
  while (childrenOf(process.pid).some((child) => compilers.includes(child)))
    await new Promise((resolve) => setTimeout(resolve, 5));
});
