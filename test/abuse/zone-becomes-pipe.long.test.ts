/** A pipe that nobody writes into, and a zone file, renamed over each other. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SwapAttack, swapBattle } from './swap.ts';

export const attack: SwapAttack = {
  title: 'A zone file that is a pipe by turns',
  files: { 'swap.example.zone': 'www 30 IN TXT swapped\n' },
  prepare: (folder) => {
    spawnSync('mkfifo', ['.pipe'], { cwd: folder });
    writeFileSync(path.join(folder, '.file'), 'www 30 IN TXT swapped\n');
  },
  round: "inTurn('swap.example.zone', '.pipe', '.file')",
};

if (import.meta.main) swapBattle(attack);
