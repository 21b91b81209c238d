/** Links to devices, to a socket and to themselves take turns with a zone file and a policy. */
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SwapAttack, swapBattle } from './swap.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { TXT: 'policy' } });
`;
/** Ends without a trace of the socket's process; what is left is its name. */
const LEAVE_A_SOCKET =
  "require('node:net').createServer().listen('.socket', () => process.kill(process.pid, 'SIGKILL'))";

export const attack: SwapAttack = {
  title: 'Files that are devices, sockets and circles by turns',
  files: { 'swap.example.zone': 'www 30 IN TXT zone\n', 'code.example.ts': POLICY },
  prepare: (folder) => {
    spawnSync(process.execPath, ['-e', LEAVE_A_SOCKET], { cwd: folder });
    for (const [name, target] of [
      ['.endless', '/dev/zero'],
      ['.terminal', '/dev/tty'],
      ['.circle', '.circle'],
    ] as const)
      symlinkSync(target, path.join(folder, name));
    writeFileSync(path.join(folder, '.zone'), 'www 30 IN TXT zone\n');
    writeFileSync(path.join(folder, '.code'), POLICY);
  },
  round: [
    "inTurn('swap.example.zone', '.endless', '.zone')",
    "inTurn('code.example.ts', '.socket', '.code')",
    "inTurn('swap.example.zone', '.circle', '.zone')",
    "inTurn('code.example.ts', '.terminal', '.code')",
  ].join('; '),
};

if (import.meta.main) swapBattle(attack);
