/** Attacks by what a handler does. */
import { isFileAttack } from './attack.ts';
import { attacks } from './attacks.ts';
import { battles } from './battle.ts';

battles(
  'Handlers',
  (await attacks()).filter((attack) => !isFileAttack(attack) && !attack.standIns),
);
