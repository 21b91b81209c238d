/**
 * How sandbox processes are started: with a pipe at fd 3, within limits that the kernel keeps
 * (resource-limits.ts), with nothing but the right to read their own code and to load isolated-vm, and
 * without an environment.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DnsteerError } from '../../base/errors.ts';
import { lowerPriority } from '../../base/process/priority.ts';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';
import { COLLECT } from '../../rpc/sandbox-protocol.ts';
import { childHere, type SandboxChild } from './child.ts';
import { type Command, limited } from './resource-limits.ts';

export type SandboxSettings = AnswerSettings['sandbox'];

export const DEFAULT_SANDBOX: SandboxSettings = { jitless: false, allowOpenDoors: false, memory: 4096 };

/** A user and a group by number. */
export interface SandboxAccount {
  readonly uid: number;
  readonly gid: number;
}

const RUNTIME = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = path.join(RUNTIME, `sandbox/main${path.extname(import.meta.url)}`);
/** Megabytes of heap for the sandbox's own code and messages in transit; isolates have their own limits. */
const OWN_HEAP_MB = 64;
const JITLESS_NEEDS_BUILD =
  'Setting "sandbox.jitless" needs the built package: Node reads TypeScript with WebAssembly, which jitless turns off. Run "npm run build" and start dist/bin.js, or set it to false';

/** A sandbox has its pipe, and stderr, where V8 says why it ends a process. Other descriptors are closed. */
const STDIO = ['ignore', 'ignore', 'pipe', 'pipe'] as const;

/** Without this variable node-gyp-build looks for that file itself, which a sandbox may not read. */
const ENVIRONMENT = { LIBC: existsSync('/etc/alpine-release') ? 'musl' : 'glibc' };

/** Starts a sandbox as a child of this process, as `account` if given; throws as {@link sandboxCommand}. */
export function startSandbox(
  priority: number,
  account?: SandboxAccount,
  settings?: SandboxSettings,
): SandboxChild {
  const child = childHere(spawnSandbox(undefined, account, settings));
  lowerPriority(child.pid, priority);
  return child;
}

/** Starts any program the way sandboxes are started. */
export function spawnSandbox(
  program?: string,
  account?: SandboxAccount,
  settings?: SandboxSettings,
): ChildProcess {
  return spawnCommand(sandboxCommand(program, settings), account);
}

/** Starts a command that {@link sandboxCommand} made. */
export function spawnCommand([program, ...args]: Command, account?: SandboxAccount): ChildProcess {
  return spawn(program, args, { env: ENVIRONMENT, stdio: [...STDIO], ...account });
}

/**
 * The command that starts a sandbox.
 * @throws {DnsteerError} `START`, if this installation cannot do what the settings ask for.
 */
export function sandboxCommand(
  program: string = MAIN,
  { jitless }: SandboxSettings = DEFAULT_SANDBOX,
): Command {
  if (jitless && program.endsWith('.ts')) throw new DnsteerError('START', JITLESS_NEEDS_BUILD);
  const own = [RUNTIME, path.join(RUNTIME, '../package.json'), path.dirname(program)];
  const readable = [...new Set([...own, ...nativeFolders()])];
  const flags = [
    '--no-node-snapshot',
    '--permission',
    '--allow-addons',
    ...readable.map((file) => `--allow-fs-read=${file}`),
    `--max-old-space-size=${OWN_HEAP_MB}`,
    // Isolates take it away from policies (sandbox/isolate.ts).
    `--expose-gc-as=${COLLECT}`,
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
    ...(jitless ? ['--jitless'] : []),
  ];
  return limited([process.execPath, ...flags, program]);
}

/** Folders of isolated-vm and the packages it loads: npm puts them side by side, others behind links. */
function nativeFolders(): string[] {
  const isolatedVm = createRequire(import.meta.url).resolve('isolated-vm/package.json');
  const nodeGypBuild = createRequire(isolatedVm).resolve('node-gyp-build/package.json');
  return [isolatedVm, nodeGypBuild].map((file) => path.join(path.dirname(file), '..', path.sep));
}
