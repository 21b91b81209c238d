/** The handler ends the sandbox in its trial. */
import { FALLBACK, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: FileAttack = {
  title: 'A handler that ends its trial',
  plant: planted(policy({ code: '' }).replace('// What', `standIn('crash'); //`)),
  told: /error: Host .* fails for .*(sandbox was lost|ran longer)/,
  newcomer: FALLBACK,
  standIns: true,
};

if (import.meta.main) battle(attack);
