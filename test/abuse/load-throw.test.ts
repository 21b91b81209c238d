/** The top level throws what cannot be looked at. */
import { BROKEN, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A throw at the top level',
  plant: planted(`throw { get message() { for (;;) {} } };\n${SOUND}`),
  told: /error: /,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
