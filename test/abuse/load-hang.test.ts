/** The top level cannot be interrupted. */
import { BROKEN, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A call at the top level that never returns',
  plant: planted(`Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);\n${SOUND}`),
  told: /error: Does not load: /,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
