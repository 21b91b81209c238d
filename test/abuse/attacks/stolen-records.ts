/** Static records under the names of another zone, and SOA and NS of its own. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'Records of another zone',
  plant: planted(SOUND.replace('hosts:', `records: { 'www.static.example.': { TXT: 'stolen' } },\n  hosts:`)),
  told: /error: records/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
