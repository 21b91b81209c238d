/** A folder of zones and a file change places, and a zone's file is a folder by turns. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SwapAttack, swapBattle } from './swap.ts';

export const attack: SwapAttack = {
  title: 'Files that are folders by turns',
  files: { 'swap.example.zone': 'www 30 IN TXT zone\n', 'inner/in.example.zone': 'www 30 IN TXT inner\n' },
  prepare: (folder) => {
    mkdirSync(path.join(folder, '.folder'));
    writeFileSync(path.join(folder, '.folder', 'x.example.zone'), 'www 30 IN TXT x\n');
    writeFileSync(path.join(folder, '.file'), 'no zone\n');
  },
  round: "exchange('swap.example.zone', '.folder'); exchange('inner', '.file')",
};

if (import.meta.main) swapBattle(attack);
