/**
 * The module `dnsteer/test`, built once: the text of an ECMAScript module that each test file is bundled with. It is no
 * part of the prelude, which every policy in production begins with.
 */
import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { buildSurely } from './esbuild-service.ts';
import { preludeFolder } from './prelude-bundle.ts';

/** The text of the module; builds it on the first call. */
export function testModule(): Promise<string> {
  built ??= build().catch((error: unknown) => {
    // The next call tries again.
    built = undefined;
    throw error;
  });
  return built;
}

let built: Promise<string> | undefined;

async function build(): Promise<string> {
  const folder = preludeFolder();
  const options = {
    bundle: true,
    write: false,
    absWorkingDir: folder,
    entryPoints: [path.join(folder, `testing/main${path.extname(import.meta.url)}`)],
    platform: 'neutral',
    target: 'es2024',
    format: 'esm',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
  } as const satisfies BuildOptions;
  const { outputFiles } = await buildSurely(options);
  return outputFiles[0]?.text ?? '';
}
