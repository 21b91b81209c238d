/** Modules of the system, by all the ways there are. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'Imports of the system',
  plant: planted(
    `import fs from 'node:fs';\nimport 'child_process';\nconst net = require('net');\nconst os = await import('os');\nexport const all = [fs, net, os];\n${SOUND}`,
  ),
  told: /error: .*may not import \\?"node:fs/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
