/**
 * The prelude of all policies, built once: a script that leaves its modules in the isolate, and for each of
 * them a small module that exports what the script left. A policy is bundled with the small modules, in a
 * tenth of the time that bundling with the whole prelude would take.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { contentHash } from '../base/files/content-hash.ts';
import { buildSurely } from './esbuild-service.ts';

export interface PreludeBundle {
  /** The script of the prelude; strict code. */
  readonly script: string;
  /** A hash that tells this prelude from any other. */
  readonly id: string;
  /** The name by which policies import a module → its text, an ECMAScript module. */
  readonly modules: ReadonlyMap<string, string>;
}

/** The prelude; builds it on the first call. */
export function preludeBundle(): Promise<PreludeBundle> {
  built ??= build().catch((error: unknown) => {
    // The next call tries again.
    built = undefined;
    throw error;
  });
  return built;
}

/** The folder of the prelude's sources. */
export function preludeFolder(): string {
  return fileURLToPath(new URL('../sandbox/prelude/', import.meta.url));
}

let built: Promise<PreludeBundle> | undefined;

/** Name by which policies import a module → its file. */
const MODULES: Readonly<Record<string, string>> = {
  dnsteer: 'main',
  'dnssec-server': 'dnssec-server',
  'geoip-lite': 'geoip-lite',
};

/** The global under which the script leaves its modules. */
const GLOBAL = '__dnsteer_modules';

const OPTIONS = {
  bundle: true,
  write: false,
  absWorkingDir: preludeFolder(),
  platform: 'neutral',
  target: 'es2024',
  // A single character beyond Latin-1 makes V8 take two octets for each character.
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

/** The small module. It exports by name, so that esbuild notices when a policy imports another name. */
async function moduleFor(name: string): Promise<string> {
  const entryPoints = [fileOf(name)];
  const { metafile } = await buildSurely({ ...OPTIONS, entryPoints, format: 'esm', metafile: true });
  const exports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.exports);
  const from = `${GLOBAL}[${JSON.stringify(name)}]`;
  const named = exports.filter((one) => one !== 'default');
  const theDefault = exports.includes('default') ? `export default ${from}.default;\n` : '';
  return `export const { ${named.join(', ')} } = ${from};\n${theDefault}`;
}

/** The file of a module; its extension is that of this file, from source or compiled. */
function fileOf(name: string): string {
  return path.join(preludeFolder(), (MODULES[name] ?? '') + path.extname(import.meta.url));
}
