/** What $INCLUDE names, and the file that names it, change places with a pipe. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SwapAttack, swapBattle } from './swap.ts';

const MAIN = 'www 30 IN TXT main\n$INCLUDE parts.inc\n';

export const attack: SwapAttack = {
  title: 'Included files that are pipes by turns',
  files: { 'swap.example.zone': MAIN, 'parts.inc': 'a 30 IN TXT part\n' },
  prepare: (folder) => {
    spawnSync('mkfifo', ['.pipe'], { cwd: folder });
    writeFileSync(path.join(folder, '.main'), MAIN);
    writeFileSync(path.join(folder, '.part'), 'b 30 IN TXT part\n');
  },
  round: `inTurn('parts.inc', '.pipe', '.part'); inTurn('swap.example.zone', '.part', '.main')`,
};

if (import.meta.main) swapBattle(attack);
