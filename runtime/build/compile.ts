/**
 * Compiles one policy file and all it imports to one script for the sandbox, with a source map back.
 *
 * The script runs the policy, then installs the policy's exports where the sandbox calls them. This process
 * bundles the author's code and never runs it. In the sandbox dnsteer's own prelude runs first, so that it
 * holds the language's built-ins before any code of the author can replace them. The prelude is the same
 * for all policies, and twenty times the size of most: it is built once (prelude-bundle.ts), and each
 * sandbox has it once.
 */
import path from 'node:path';
import type { BuildOptions, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import type { Diagnostic } from '../base/diagnostic.ts';
import { NO_CONTENT } from '../base/files/content-hash.ts';
import { diagnosticFrom, type MessageDetail } from './compile-message.ts';
import { BuildLostError, buildSurely, isBuildFailure } from './esbuild-service.ts';
import { type ImportRefusal, ImportScope, LOADERS } from './import-rules.ts';
import { withColumnsMoved } from './mapping-columns.ts';
import { narrowedReads, withInsertions } from './narrow-reads.ts';
import { type PreludeBundle, preludeBundle, preludeFolder } from './prelude-bundle.ts';
import { shownPath } from './shown-path.ts';
import { nameSources } from './source-map.ts';

/** Octets of a script. It travels to every answer process and its sandbox. */
const MAX_SCRIPT_OCTETS = 4 * 1024 * 1024;

/** Problems that one attempt reports, so that the log stays readable. */
const MOST_TOLD = 50;

export type Compiled = {
  /** Paths, relative to the root, that were read or looked for: a change there can change the outcome. */
  readonly inputs: readonly string[];
  /** Input → the hash of its content, or {@link NO_CONTENT}: of those that were read, or were not there. */
  readonly hashes: ReadonlyMap<string, string>;
} & (
  | {
      readonly ok: true;
      readonly script: string;
      readonly sourceMap: string;
      /** Input → the hash of its content, or {@link NO_CONTENT} if there was no such file. */
      readonly sources: Readonly<Record<string, string>>;
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
);

/** Compiles `file`, a path relative to the policies folder `root`. Never throws. */
export async function compilePolicy(file: string, { root }: { readonly root: string }): Promise<Compiled> {
  const scope = new ImportScope(root);
  const shown = (input: string): string | undefined =>
    input.startsWith(AUTHOR_PREFIX) ? shownPath(root, input.slice(AUTHOR_PREFIX.length)) : undefined;
  try {
    const prelude = await preludeBundle();
    const result = await buildSurely({ ...OPTIONS, plugins: [rules(file, scope, prelude)] });
    const output = (extension: string): string =>
      result.outputFiles.find((file) => file.path.endsWith(extension))?.text ?? '';
    const before = strictness(file);
    const bundle = output('.js');
    // What sloppy code does cannot be told from its text alone.
    const insertions = before === '' ? [] : narrowedReads(bundle);
    const script = before + withInsertions(bundle, insertions);
    const inputs = [...scope.inputs];
    const { hashes } = scope;
    if (Buffer.byteLength(script) > MAX_SCRIPT_OCTETS) {
      const message = `The policy and all it imports are over ${MAX_SCRIPT_OCTETS} octets`;
      return {
        ok: false,
        inputs,
        hashes,
        diagnostics: [notCompiled(root, file, message, 'Import less data')],
      };
    }
    const warnings = result.warnings
      .slice(0, MOST_TOLD)
      .map((message) => diagnosticFrom(message, 'warning', shown));
    const linesBefore = before === '' ? 0 : 1;
    const move = (mappings: string): string => withColumnsMoved(mappings, bundle, insertions);
    const sourceMap = nameSources(output('.map'), shown, linesBefore, move);
    const sources = Object.fromEntries(inputs.map((input) => [input, hashes.get(input) ?? NO_CONTENT]));
    return { ok: true, inputs, hashes, script, sourceMap, sources, warnings };
  } catch (error) {
    const diagnostics = isBuildFailure(error)
      ? error.errors.slice(0, MOST_TOLD).map((message) => diagnosticFrom(message, 'error', shown))
      : [lostBuild(root, file, error)];
    return { ok: false, inputs: [...scope.inputs], hashes: scope.hashes, diagnostics };
  }
}

/** esbuild's namespace for files of the policies folder; its own resolver never sees them. */
const AUTHOR = 'policy';
const AUTHOR_PREFIX = `${AUTHOR}:`;
const ENTRY = 'dnsteer:entry';
/** esbuild's namespace for the modules that dnsteer provides, which imports name without a path. */
const PROVIDED = 'dnsteer:module';

const OPTIONS = {
  entryPoints: [ENTRY],
  bundle: true,
  write: false,
  outfile: 'policy.js',
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
function rules(policy: string, scope: ImportScope, { modules }: PreludeBundle): Plugin {
  return {
    name: 'dnsteer',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^dnsteer:entry$/ }, () => ({ path: 'entry', namespace: ENTRY }));
      esbuild.onLoad({ filter: /^entry$/, namespace: ENTRY }, () => ({
        contents: entryFor(policy),
        loader: 'js',
      }));
      esbuild.onResolve({ filter: /./, namespace: ENTRY }, ({ path: specifier }) => {
        return { path: specifier, namespace: modules.has(specifier) ? PROVIDED : AUTHOR };
      });
      esbuild.onLoad({ filter: /(?:)/, namespace: PROVIDED }, (args) => ({
        contents: modules.get(args.path) ?? '',
        loader: 'js',
      }));
      esbuild.onResolve({ filter: /(?:)/, namespace: AUTHOR }, (args) => resolveFor(args, scope, modules));
      esbuild.onLoad({ filter: /(?:)/, namespace: AUTHOR }, (args) => load(args.path, scope));
    },
  };
}

function entryFor(policy: string): string {
  return `import { install } from 'dnsteer';\nimport * as policy from ${JSON.stringify(policy)};\ninstall(policy);\n`;
}

/**
 * The line that makes the script strict code, as modules are (ECMA-262 §11.2.2); empty for old handler
 * files, which are sloppy scripts and stay that way.
 */
function strictness(policy: string): string {
  return /\.[cm]?ts$/.test(policy) ? "'use strict';\n" : '';
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
  if (modules.has(specifier)) return { path: specifier, namespace: PROVIDED };
  const found = scope.resolve(specifier, importer);
  if (found.ok) return { path: found.value, namespace: AUTHOR };
  const importing = shownPath(scope.root, importer);
  return refuse(`${importing} may not import "${specifier}": ${found.problem.rule}`, found.problem.remedy);
}

function load(file: string, scope: ImportScope): OnLoadResult {
  const source = scope.read(file);
  if (source.ok) return { contents: source.value, loader: LOADERS.get(path.extname(file)) ?? 'ts' };
  const { rule, remedy }: ImportRefusal = source.problem;
  return refuse(`${shownPath(scope.root, file)} is not compiled: ${rule}`, remedy);
}

const IMPORT_AT_TOP = 'Write an import statement at the top of the file';

/** An error at the import statement; esbuild adds its place. */
function refuse(text: string, remedy?: string): { errors: { text: string; detail: MessageDetail }[] } {
  return {
    errors: [{ text, detail: { code: 'POLICY_IMPORT', ...(remedy === undefined ? {} : { remedy }) } }],
  };
}

function lostBuild(root: string, file: string, error: unknown): Diagnostic {
  return error instanceof BuildLostError && !error.isHung
    ? notCompiled(root, file, error.message, 'Nest less, split long expressions, import less data')
    : notCompiled(
        root,
        file,
        `The compiler failed: ${error instanceof Error ? error.message : String(error)}`,
        'Save the file again to try again',
      );
}

function notCompiled(root: string, file: string, message: string, remedy: string): Diagnostic {
  return { code: 'POLICY_SYNTAX', severity: 'error', message, file: shownPath(root, file), remedy };
}
