/** Commands that start what is ours or esbuild's, changed so that stand-ins take part. */
import path from 'node:path';
import process from 'node:process';

const SANDBOX = path.join(import.meta.dirname, 'sandbox.js');
const COMPILER = path.join(import.meta.dirname, 'compiler.ts');
const SANDBOX_PROGRAM = /\/sandbox\/main\.[jt]s$/;
const COMPILER_SERVICE = /^--service=/;

/** The arguments of a sandbox, by which its stand-ins (sandbox.js) are there before its program; others as they are. */
export function withSandboxStandIns(args: readonly string[]): string[] {
  const at = args.findIndex((arg) => SANDBOX_PROGRAM.test(arg));
  if (at === -1) return [...args];
  const allowed = [import.meta.dirname, path.resolve(import.meta.dirname, '../package.json')];
  const flags = [...allowed.map((file) => `--allow-fs-read=${file}`), `--import=${SANDBOX}`];
  return args.toSpliced(at, 0, ...flags);
}

/** The command of the compiler, by which the impostor (compiler.ts) stands before it; others as they are. */
export function withCompilerImpostor(program: string, args: readonly string[]): [string, string[]] {
  if (!args.some((arg) => COMPILER_SERVICE.test(arg))) return [program, [...args]];
  return [process.execPath, [COMPILER, program, ...args]];
}
