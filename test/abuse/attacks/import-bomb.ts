/** Each file imports two more, hundreds of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });
const FILES = 600;

export const attack: FileAttack = {
  title: 'An import bomb',
  plant: (folder, zone) => {
    const bomb = path.join(folder, 'snippets', 'bomb');
    mkdirSync(bomb, { recursive: true });
    for (let at = 1; at <= FILES; at += 1) {
      const next = [2 * at, 2 * at + 1].filter((child) => child <= FILES);
      writeFileSync(path.join(bomb, `${at}.ts`), next.map((child) => `import './${child}.ts';\n`).join(''));
    }
    planted(`import './snippets/bomb/1.ts';\n${SOUND}`)(folder, zone);
  },
  told: /error: .*octets in 256 files/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
