/** Links to files and folders outside, and to themselves. */
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });
const LINKS = {
  'passwd.ts': '/etc/passwd',
  root: '/',
  'zero.json': '/dev/zero',
  'loop.ts': 'loop.ts',
  self: '.',
};

export const attack: FileAttack = {
  title: 'Links out of the folder',
  plant: (folder, zone) => {
    for (const [name, target] of Object.entries(LINKS)) {
      rmSync(path.join(folder, name), { force: true });
      symlinkSync(target, path.join(folder, name));
    }
    planted(`import './passwd.ts';\nimport './root/etc/hostname.ts';\nimport './zero.json';\n${SOUND}`)(
      folder,
      zone,
    );
  },
  clear: (folder) => {
    for (const name of Object.keys(LINKS)) rmSync(path.join(folder, name), { force: true });
  },
  told: /error: .*symbolic link/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
