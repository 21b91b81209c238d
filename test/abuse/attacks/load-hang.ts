/** The top level cannot be interrupted. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A call at the top level that never returns',
  plant: planted(`standIn('hang');\n${SOUND}`),
  told: /error: Does not load: .*(sandbox was lost|ran longer)/,
  newcomer: BROKEN,
  standIns: true,
};

if (import.meta.main) battle(attack);
