/** The handler ends the sandbox in its trial. */
import { FALLBACK, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

export const attack: FileAttack = {
  title: 'A handler that ends its trial',
  plant: planted(policy({ code: '' }).replace('// What', '"x".repeat(2 ** 29 - 30).split(""); //')),
  told: /error: Host .* fails for/,
  newcomer: FALLBACK,
};

if (import.meta.main) battle(attack);
