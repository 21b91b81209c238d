/**
 * The prelude of all policies, built once: a script that leaves its modules in the isolate, and for
 * each of them a module that exports what was left. A policy is bundled with the latter, which takes a
 * tenth of the time that bundling the prelude itself took.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { contentHash } from './content-hash.ts';
import { buildSurely } from './esbuild-service.ts';

export interface PreludeBundle {
  /** Strict code. */
  readonly script: string;
  /** Differs from that of any other prelude. */
  readonly id: string;
  /** By what a policy imports them as: the text of an ECMAScript module. */
  readonly modules: ReadonlyMap<string, string>;
}

/** Builds it, unless it is built. */
export function preludeBundle(): Promise<PreludeBundle> {
  built ??= build().catch((error: unknown) => {
    // Lost once is no reason not to try again.
    built = undefined;
    throw error;
  });
  return built;
}

/** Where the prelude is. */
export function preludeFolder(): string {
  return fileURLToPath(new URL('../sandbox/prelude/', import.meta.url));
}

let built: Promise<PreludeBundle> | undefined;

/** As policies import them, and their files. */
const MODULES: Readonly<Record<string, string>> = {
  dnsteer: 'main',
  'dnssec-server': 'dnssec-server',
  'geoip-lite': 'geoip-lite',
};

/** Where the script leaves them. */
const GLOBAL = '__dnsteer_modules';

const OPTIONS = {
  bundle: true,
  write: false,
  absWorkingDir: preludeFolder(),
  platform: 'neutral',
  target: 'es2024',
  // One character beyond Latin-1, and V8 takes two octets for each.
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'silent',
  tsconfigRaw: {},
} as const satisfies BuildOptions;

async function build(): Promise<PreludeBundle> {
  const names = Object.keys(MODULES);
  const [script, ...modules] = await Promise.all([buildScript(), ...names.map(moduleFor)]);
  return {
    script,
    id: contentHash(script),
    modules: new Map(names.map((name, index) => [name, modules[index] ?? ''])),
  };
}

async function buildScript(): Promise<string> {
  const names = Object.keys(MODULES);
  const imports = names.map((name, index) => `import * as m${index} from ${JSON.stringify(fileOf(name))};`);
  const members = names.map((name, index) => `${JSON.stringify(name)}: m${index}`);
  const contents = `${imports.join('\n')}
    Object.defineProperty(globalThis, '${GLOBAL}', { value: Object.freeze({ ${members.join(', ')} }) });`;
  const stdin = { contents, resolveDir: preludeFolder() };
  const banner = { js: "'use strict';" };
  const { outputFiles } = await buildSurely({ ...OPTIONS, stdin, banner, format: 'iife', minify: true });
  return outputFiles[0]?.text ?? '';
}

/** Exports by name, so that esbuild knows which there are when a policy imports another. */
async function moduleFor(name: string): Promise<string> {
  const entryPoints = [fileOf(name)];
  const { metafile } = await buildSurely({ ...OPTIONS, entryPoints, format: 'esm', metafile: true });
  const exports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.exports);
  const from = `${GLOBAL}[${JSON.stringify(name)}]`;
  const named = exports.filter((one) => one !== 'default');
  const theDefault = exports.includes('default') ? `export default ${from}.default;\n` : '';
  return `export const { ${named.join(', ')} } = ${from};\n${theDefault}`;
}

/** From source or compiled, the prelude has the extension of this file. */
function fileOf(name: string): string {
  return path.join(preludeFolder(), (MODULES[name] ?? '') + path.extname(import.meta.url));
}
