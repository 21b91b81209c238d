/** Attacks by what is in a file: they strike when it is seen, compiled or loaded. */
import { isFileAttack } from './attack.ts';
import { attacks } from './attacks.ts';
import { battles } from './battle.ts';

battles(
  'Files',
  (await attacks()).filter((attack) => isFileAttack(attack) && !attack.standIns),
);
