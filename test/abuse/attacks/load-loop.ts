/** The top level never ends. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A loop at the top level',
  plant: planted(`for (;;) {}\n${SOUND}`),
  told: /error: .*ran longer/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
