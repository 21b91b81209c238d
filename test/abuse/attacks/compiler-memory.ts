/** Short sources have had esbuild 0.28.2 take gigabytes of memory. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A source that fills the compiler’s memory',
  plant: planted(`${SOUND}// stand-in: eat`),
  told: /error: The compiler /,
  newcomer: BROKEN,
  standIns: true,
};

if (import.meta.main) battle(attack);
