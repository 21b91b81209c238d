/** Files that never stop being read, where a policy and a snippet are to be. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'Named pipes',
  plant: (folder, zone) => {
    for (const name of ['pipe.ts', 'pipe.example.ts', 'pipe.example.zone']) {
      rmSync(path.join(folder, name), { force: true });
      spawnSync('mkfifo', [path.join(folder, name)]);
    }
    planted(`import './pipe.ts';\n${SOUND}`)(folder, zone);
  },
  told: /error: .*may not import/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
