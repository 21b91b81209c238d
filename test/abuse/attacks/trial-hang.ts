/** The handler hangs for every name, so in its trial. */
import { FALLBACK, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: FileAttack = {
  title: 'A handler that hangs in its trial',
  plant: planted(policy({ code: '' }).replace(`'attack'`, `''`).replace('// What', `standIn('hang'); //`)),
  told: /error: Host .* fails for .*(sandbox was lost|ran longer)/,
  newcomer: FALLBACK,
  standIns: true,
};

if (import.meta.main) battle(attack);
