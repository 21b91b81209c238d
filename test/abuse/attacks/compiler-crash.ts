/** Sources have ended the process of esbuild 0.28.2. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A source that ends the compiler',
  plant: planted(`${SOUND}// stand-in: crash`),
  told: /error: The compiler /,
  newcomer: BROKEN,
  standIns: true,
};

if (import.meta.main) battle(attack);
