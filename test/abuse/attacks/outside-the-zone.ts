/** Names that are another zone's. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A policy for names of another zone',
  plant: planted(SOUND.replace(`'*':`, `'www.static.example.':`)),
  told: /error: hosts/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
