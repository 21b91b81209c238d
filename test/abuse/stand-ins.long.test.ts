/** Attacks by which a process crashes or hangs. */
import { attacks } from './attacks.ts';
import { battles } from './battle.ts';

battles(
  'Stand-ins',
  (await attacks()).filter((attack) => attack.standIns === true),
);
