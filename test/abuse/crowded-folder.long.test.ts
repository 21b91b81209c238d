/** A hundred thousand files, and folders that link to each other, in one team's folder. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type SwapAttack, swapBattle } from './swap.ts';

const FOLDERS = Array.from({ length: 12 }, (_, index) => `web${index}`);

export const attack: SwapAttack = {
  title: 'A folder with more in it than can be looked at',
  files: { 'own.example.zone': 'www 30 IN TXT own\n' },
  prepare: (folder) => {
    execFileSync('sh', ['-c', 'seq 100000 | xargs touch'], { cwd: folder });
    const web = path.join(folder, '..', 'web');
    mkdirSync(web);
    for (const one of FOLDERS) mkdirSync(path.join(web, one));
    for (const one of FOLDERS)
      for (const other of FOLDERS) symlinkSync(`../${other}`, path.join(web, one, other));
    mkdirSync(path.join(folder, Array.from({ length: 200 }, () => 'd').join(path.sep)), { recursive: true });
  },
  // Something goes on changing there.
  round: "fs.writeFileSync('1', 'text'); fs.rmSync('1')",
};

if (import.meta.main) swapBattle(attack);
