/** The parser descends until its stack is full. */
import { BROKEN, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A source that ends the compiler',
  plant: planted(`${SOUND}${'('.repeat(500_000)}`),
  told: /error: The compiler /,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
