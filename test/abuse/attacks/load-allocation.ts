/** The top level fills the memory. */
import { BROKEN, type FileAttack, planted, policy } from '../attack.ts';
import { battle } from '../battle.ts';

const SOUND = policy({ code: '' });

export const attack: FileAttack = {
  title: 'Allocation at the top level',
  plant: planted(`for (const all: unknown[] = []; ; ) all.push(new Array(100_000).fill(all));\n${SOUND}`),
  told: /error: .*(memory|sandbox was lost|ran longer)/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
