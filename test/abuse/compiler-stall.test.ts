/** What the compiler takes ever longer for. */
import { BROKEN, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A source that keeps the compiler busy',
  plant: planted(`${SOUND}a${',a'.repeat(400_000)};`),
  told: /error: The compiler /,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
