/** Sandbox processes that were started with more rights than they should have. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childHere, type SandboxChild } from '../../runtime/runner/process/child.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Started with the flags of a sandbox, as far as the self-test needs them, without one and with others. */
export function looseSandbox(without: string, ...others: string[]): SandboxChild {
  const flags = [
    '--permission',
    '--allow-addons',
    `--allow-fs-read=${ROOT}`,
    '--disallow-code-generation-from-strings',
    '--disable-warning=SecurityWarning',
  ];
  // Rights are of no use, and not taken, where nothing is forbidden.
  const isLeftOut = (flag: string) =>
    flag === without || (without === '--permission' && flag.startsWith('--allow'));
  const args = [...flags.filter((flag) => !isLeftOut(flag)), ...others];
  const program = ['--no-node-snapshot', ...args, path.join(ROOT, 'runtime/sandbox/main.ts')];
  return childHere(
    spawn(process.execPath, program, {
      env: { LIBC: 'glibc', SECRET: 'found' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    }),
  );
}
