/**
 * Runs in each process of a server before its program (`node --import`): the sandboxes and compilers
 * that it starts, by the same launcher, with the same rights and limits, have stand-ins.
 */
import childProcess, { type ForkOptions } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { withCompilerImpostor, withSandboxStandIns } from './command.ts';

const OWN = `--import=${import.meta.filename}`;
const { fork, spawn } = childProcess;

Object.assign(childProcess, {
  spawn: (program: string, args: readonly string[] = [], options: object = {}) =>
    spawn(...withCompilerImpostor(program, withSandboxStandIns(args)), options),
  // Other arguments for Node than those of this process would leave this out.
  fork: (program: string, ...given: (readonly string[] | ForkOptions)[]) =>
    Reflect.apply(fork, childProcess, [program, ...given.map(withOwn)]),
});
syncBuiltinESMExports();

function withOwn(given: readonly string[] | ForkOptions): readonly string[] | ForkOptions {
  if (!('execArgv' in given) || given.execArgv === undefined) return given;
  return { ...given, execArgv: [...given.execArgv, OWN] };
}
