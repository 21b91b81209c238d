/** Sources have kept esbuild 0.28.2 busy for minutes. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A source that keeps the compiler busy',
  plant: planted(`${SOUND}// stand-in: stall`),
  told: /error: The compiler /,
  newcomer: BROKEN,
  standIns: true,
};

if (import.meta.main) battle(attack);
