/**
 * A network of its own for a test file: all addresses and ports in there are free, port 53 as well, which resolvers
 * ask that know no other, and nothing outside is reached.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';

/** Says to the test file that it runs inside. */
const MARK = 'DNSTEER_TEST_NAMESPACE';

/**
 * Runs a test file again in a network namespace that has loopback alone, and ends this process as that one ended. In
 * there it returns `false`; where the system makes no namespace, the reason to skip what needs one.
 */
export function enterNamespace(file: string): string | false {
  if (process.env[MARK] !== undefined) return false;
  const flags = [['-n'], ['-r', '-n']].find(
    (each) => spawnSync('unshare', [...each, ...UP, 'true']).status === 0,
  );
  if (flags === undefined) return 'this system lets nobody make a network namespace (unshare -n, ip)';
  const command = [...flags, ...UP, process.execPath, ...process.execArgv, file];
  const { status } = spawnSync('unshare', command, {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: 'yes' },
  });
  return process.exit(status ?? 1);
}

const UP = ['sh', '-c', 'ip link set lo up && exec "$0" "$@"'];

/** Gives loopback another address, in the namespace, unless it has it. */
export function addAddress(address: string): void {
  const length = address.includes(':') ? 128 : 32;
  execFileSync('ip', ['addr', 'replace', `${address}/${length}`, 'dev', 'lo']);
}
