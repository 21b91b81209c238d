/**
 * Policies, bundled by esbuild with what they import: each becomes a script by itself. Modules that several of them
 * import are read and parsed once.
 */
import path from 'node:path';
import type { BuildOptions, Message, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import { listName } from '../rpc/facts/network-fact.ts';
import type { MessageDetail } from './compile-message.ts';
import { RAN } from './counted-script.ts';
import { buildSurely, buildTogether } from './esbuild-service.ts';
import { type ImportRefusal, type ImportScope, isTestFile, LOADERS, TEST_MODULE } from './import-rules.ts';
import { isNetworkList } from './network-list.ts';
import { type PreludeBundle, preludeBundle, preludeFolder } from './prelude-bundle.ts';
import { shownPath } from './shown-path.ts';
import { testModule } from './test-module.ts';

export interface Bundles {
  /** In the order of the policies. */
  readonly scripts: readonly { readonly script: string; readonly sourceMap: string }[];
  readonly warnings: readonly Message[];
}

/**
 * Bundles policies, paths relative to the root of `scope`. `countsRuns`: whether each is to be a script that counts what of it
 * runs (counted-script.ts), and gives the prelude its counts.
 * @throws {BuildFailure} if one of them has errors.
 * @throws {BuildLostError} if esbuild ends, or does not finish.
 */
export async function bundlePolicies(
  policies: readonly string[],
  scope: ImportScope,
  countsRuns: boolean,
): Promise<Bundles> {
  const prelude = await preludeBundle();
  const entryPoints = policies.map((_, index) => ({ in: String(index), out: String(index) }));
  const options = { ...OPTIONS, entryPoints, plugins: [rules(policies, scope, prelude, countsRuns)] };
  const result = await (policies.length > 1 ? buildTogether(options) : buildSurely(options));
  const texts = new Map(result.outputFiles.map((file) => [path.basename(file.path), file]));
  const output = (name: string): string => texts.get(name)?.text ?? '';
  const scripts = policies.map((_, index) => ({
    script: output(`${index}.js`),
    sourceMap: output(`${index}.js.map`),
  }));
  return { scripts, warnings: result.warnings };
}

/** The file of the policies folder that a message or a source map of esbuild names; `undefined` for dnsteer's own code. */
export function authorsFile(named: string): string | undefined {
  return named.startsWith(AUTHOR_PREFIX) ? named.slice(AUTHOR_PREFIX.length) : undefined;
}

/** As {@link authorsFile}; for the entry of a policy, which is dnsteer's own code, the policy. */
export function fileNamed(named: string): string | undefined {
  return (
    authorsFile(named) ?? (named.startsWith(ENTRY_PREFIX) ? named.slice(ENTRY_PREFIX.length) : undefined)
  );
}

/** esbuild's namespace for files of the policies folder; its own resolver never sees them. */
const AUTHOR = 'policy';
const AUTHOR_PREFIX = `${AUTHOR}:`;
/** esbuild's namespace for the small entry of each policy. */
const ENTRY = 'dnsteer:entry';
const ENTRY_PREFIX = `${ENTRY}:`;
/** esbuild's namespace for the modules that dnsteer provides, which imports name without a path. */
const PROVIDED = 'dnsteer:module';

const OPTIONS = {
  bundle: true,
  write: false,
  outdir: 'policies',
  absWorkingDir: preludeFolder(),
  format: 'iife',
  platform: 'neutral',
  target: 'es2024',
  charset: 'utf8',
  sourcemap: 'external',
  sourcesContent: true,
  legalComments: 'none',
  logLevel: 'silent',
  logLimit: 0,
  // No file beside a policy configures its compilation. An import that nothing uses, or that gives only
  // types, stays without its names, so that the import rules apply to it all the same.
  tsconfigRaw: { compilerOptions: { importsNotUsedAsValues: 'preserve' } },
  logOverride: {
    'direct-eval': 'silent',
    'empty-import-meta': 'error',
    'indirect-require': 'error',
    'require-resolve-not-external': 'error',
    'unsupported-dynamic-import': 'error',
    'unsupported-require-call': 'error',
  },
} as const satisfies BuildOptions;

/** The import rules as a plugin of esbuild. */
function rules(
  policies: readonly string[],
  scope: ImportScope,
  { modules }: PreludeBundle,
  countsRuns: boolean,
): Plugin {
  return {
    name: 'dnsteer',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^\d+$/ }, ({ path: index, kind }) =>
        kind === 'entry-point' ? { path: policies[Number(index)] ?? '', namespace: ENTRY } : undefined,
      );
      esbuild.onLoad({ filter: /(?:)/, namespace: ENTRY }, ({ path: policy }) => ({
        contents: entryFor(policy, countsRuns),
        loader: 'js',
      }));
      esbuild.onResolve({ filter: /./, namespace: ENTRY }, ({ path: specifier }) => {
        const isProvided = modules.has(specifier) || specifier === TEST_MODULE;
        return { path: specifier, namespace: isProvided ? PROVIDED : AUTHOR };
      });
      esbuild.onLoad({ filter: /(?:)/, namespace: PROVIDED }, async (args) => ({
        contents: args.path === TEST_MODULE ? await testModule() : (modules.get(args.path) ?? ''),
        loader: 'js',
      }));
      esbuild.onResolve({ filter: /(?:)/, namespace: AUTHOR }, (args) => resolveFor(args, scope, modules));
      esbuild.onLoad({ filter: /(?:)/, namespace: AUTHOR }, (args) => load(args.path, scope));
    },
  };
}

function entryFor(policy: string, countsRuns: boolean): string {
  if (isTestFile(policy))
    return `import ${JSON.stringify(policy)};\nimport { install } from '${TEST_MODULE}';\ninstall();\n`;
  const given = countsRuns ? `policy, ${RAN}` : 'policy';
  return `import { install } from 'dnsteer';\nimport * as policy from ${JSON.stringify(policy)};\ninstall(${given});\n`;
}

function resolveFor(
  args: OnResolveArgs,
  scope: ImportScope,
  modules: PreludeBundle['modules'],
): OnResolveResult {
  const { path: specifier, importer, kind } = args;
  if (kind === 'dynamic-import') return refuse('A policy cannot import() at run time', IMPORT_AT_TOP);
  if (Object.entries(args.with).some(([key, value]) => key !== 'type' || value !== 'json')) {
    return refuse('Only the import attribute type "json" is known');
  }
  if (modules.has(specifier) || (specifier === TEST_MODULE && isTestFile(importer)))
    return { path: specifier, namespace: PROVIDED };
  const found = scope.resolve(specifier, importer);
  if (found.ok) return { path: found.value, namespace: AUTHOR };
  const importing = shownPath(scope.root, importer);
  return refuse(`${importing} may not import "${specifier}": ${found.problem.rule}`, found.problem.remedy);
}

function load(file: string, scope: ImportScope): OnLoadResult {
  if (isNetworkList(file)) return loadList(file, scope);
  const source = scope.read(file);
  if (source.ok) return { contents: source.value, loader: LOADERS.get(path.extname(file)) ?? 'ts' };
  const { rule, remedy }: ImportRefusal = source.problem;
  return refuse(`${shownPath(scope.root, file)} is not compiled: ${rule}`, remedy);
}

/** Of a list of networks a policy gets the name: the host knows what is in it. */
function loadList(file: string, scope: ImportScope): OnLoadResult {
  const read = scope.readList(file);
  if (read.ok) return { contents: `export default ${JSON.stringify(listName(file))};`, loader: 'js' };
  const shown = shownPath(scope.root, file);
  if ('rule' in read.problem)
    return refuse(`${shown} is not read: ${read.problem.rule}`, read.problem.remedy);
  const { problem, remedy, line = 1, text = '' } = read.problem;
  const told = refuse(`${shown} is no list of networks: ${problem}`, remedy);
  const location = { file: AUTHOR_PREFIX + file, line, column: 0, length: text.length, lineText: text };
  return { errors: told.errors.map((error) => ({ ...error, location })) };
}

const IMPORT_AT_TOP = 'Write an import statement at the top of the file';

/** An error at the import statement; esbuild adds its place. */
function refuse(text: string, remedy?: string): { errors: { text: string; detail: MessageDetail }[] } {
  return {
    errors: [{ text, detail: { code: 'POLICY_IMPORT', ...(remedy === undefined ? {} : { remedy }) } }],
  };
}
