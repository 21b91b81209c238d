/** Fifty megabytes, and no mistake in them. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'A policy of 50 MB',
  plant: planted(`${SOUND}// ${'x'.repeat(50 * 1024 * 1024)}`),
  told: /error: .*larger than 1048576 octets/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
