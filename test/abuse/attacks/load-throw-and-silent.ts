/** isolated-vm 7.0.1 has never come back from what a top level threw: the process hangs where it runs no policy any more. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A throw at the top level after which the process says nothing',
  plant: planted(`standIn('hang later');\nthrow new Error('no');\n${SOUND}`),
  told: /error: Does not load: .*(sandbox was lost|ran longer)/,
  newcomer: BROKEN,
  standIns: true,
};

if (import.meta.main) battle(attack);
