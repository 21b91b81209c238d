/**
 * Finds type errors in policies with the operator's TypeScript, else with the one beside dnsteer. The
 * compiler runs as a program: since version 7 it has no other stable interface. A
 * compiler inside the policies folder is never run: authors of policies may not run code here.
 */
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { readTextSync } from '../../base/files/read-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { MAX_SOURCE_OCTETS, TEST_MODULE } from '../../build/import-rules.ts';
import { POLICY_TYPES, TEST_TYPES } from '../own-files.ts';
import { POLICY_COMPILER_OPTIONS } from './starter.ts';

export type TypeCheck =
  | { readonly kind: 'checked'; readonly version: string; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'skipped';
      readonly why: string;
      /** Whether nothing was left out by that. */
      readonly isNothingAmiss?: true;
    };

/** The first version that knows `target: es2024`. */
const OLDEST = [5, 7] as const;
/** Milliseconds for the compiler; a hundred policies take a fraction of a second. */
const PATIENCE_MS = 60_000;

/** Checks files (absolute paths, .ts) and all they import. */
export async function checkTypes(root: string, files: readonly string[]): Promise<TypeCheck> {
  const compiler = findCompiler(root);
  if (!compiler.ok) return { kind: 'skipped', why: compiler.problem };
  const { version, script } = compiler.value;
  const folder = await mkdtemp(path.join(tmpdir(), 'dnsteer-types-'));
  try {
    const project = path.join(folder, 'tsconfig.json');
    await writeFile(project, JSON.stringify(projectFor(files)));
    const run = await runCompiler(script, project);
    if (!run.ok) return { kind: 'skipped', why: run.problem };
    return { kind: 'checked', version, diagnostics: parseOutput(run.value) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Compiler {
  readonly version: string;
  readonly script: string;
}

function findCompiler(root: string): Result<Compiler> {
  for (const base of [path.join(process.cwd(), 'here.js'), import.meta.filename]) {
    const manifest = manifestNear(base);
    if (manifest === undefined || isInside(root, manifest)) continue;
    const text = readTextSync(manifest, { mostOctets: MAX_SOURCE_OCTETS });
    if (!text.ok) continue;
    const { version } = JSON.parse(text.value) as { version: string };
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
    if (isOld) return fail(`TypeScript ${version} is older than ${OLDEST.join('.')}`);
    // A `tsc` on the PATH may be anything; this one has a known version.
    return ok({ version, script: path.join(path.dirname(manifest), 'bin', 'tsc') });
  }
  return fail('TypeScript is not installed; to have types checked: npm install --save-dev typescript');
}

function manifestNear(base: string): string | undefined {
  try {
    return createRequire(base).resolve('typescript/package.json');
  } catch {
    return undefined;
  }
}

/** Whether a file is inside a folder; resolves links of the folder, as `resolve` above does for the file. */
function isInside(folder: string, file: string): boolean {
  return file.startsWith(realpathSync(folder) + path.sep);
}

function projectFor(files: readonly string[]): unknown {
  const paths = { dnsteer: [POLICY_TYPES], [TEST_MODULE]: [TEST_TYPES] };
  return { compilerOptions: { ...POLICY_COMPILER_OPTIONS, paths }, files };
}

/** What the compiler prints. It exits with 1 or 2 if it finds errors, which is no failure of the run. */
function runCompiler(script: string, project: string): Promise<Result<string>> {
  const options = { cwd: process.cwd(), timeout: PATIENCE_MS, maxBuffer: 64 * 2 ** 20 };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, '-p', project, '--pretty', 'false'], options, (error, stdout) => {
      const ended = error === null || error.code === 1 || error.code === 2;
      resolve(ended ? ok(stdout) : fail(`TypeScript failed: ${error.message}`));
    });
  });
}

/** `policies/a.ts(3,7): error TS2322: …`, continued on indented lines. */
const ERROR_LINE = /^(?<file>.+)\((?<line>\d+),(?<column>\d+)\): error (?<code>TS\d+): (?<message>.*)$/;
/** An error of the project, not of a file: `error TS18003: …`. */
const GLOBAL_LINE = /^error (?<code>TS\d+): (?<message>.*)$/;

/** TypeScript's advice on how to get the names of Node or browsers, which policies do not have. */
const FOREIGN_ADVICE = / Do you need to (change your target library|install type definitions).*$/;

function parseOutput(text: string): Diagnostic[] {
  const found: { diagnostic: Diagnostic; details: string[] }[] = [];
  for (const line of text.split('\n')) {
    const located = ERROR_LINE.exec(line)?.groups;
    const groups = located ?? GLOBAL_LINE.exec(line)?.groups;
    if (groups !== undefined) {
      const message = `${(groups.message ?? '').replace(FOREIGN_ADVICE, '').replace(/\.$/, '')} (${groups.code})`;
      const place = located === undefined ? {} : placeOf(located);
      found.push({ diagnostic: { code: 'POLICY_TYPE', severity: 'error', message, ...place }, details: [] });
    } else if (/^\s+\S/.test(line)) {
      found.at(-1)?.details.push(line.trim());
    }
  }
  return found.map(({ diagnostic, details }) =>
    details.length === 0
      ? diagnostic
      : { ...diagnostic, remedy: details.map((detail) => detail.replace(/\.$/, '')).join('; ') },
  );
}

function placeOf(groups: Readonly<Record<string, string>>): Partial<Diagnostic> {
  const { file = '' } = groups;
  const line = Number(groups.line);
  const text = readTextSync(file, { mostOctets: MAX_SOURCE_OCTETS });
  const source = text.ok ? text.value.split(/\r?\n/)[line - 1] : undefined;
  return { file, line, column: Number(groups.column), ...(source === undefined ? {} : { source }) };
}
