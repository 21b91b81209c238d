/** The handler hangs for every name, so in its trial. */
import { FALLBACK, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

export const attack: FileAttack = {
  title: 'A handler that hangs in its trial',
  plant: planted(
    policy({ code: '' })
      .replace(`'attack'`, `''`)
      .replace('// What', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); //'),
  ),
  told: /error: Host .* fails for/,
  newcomer: FALLBACK,
};

if (import.meta.main) battle(attack);
