/** Half a megabyte of plans, nearly all of them empty texts (F6). */
import { BROKEN, type FileAttack, planted } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: FileAttack = {
  title: 'A manifest of 150 000 empty texts',
  plant: planted(`import * as dnsteer from 'dnsteer';
const host: any = dnsteer.firstHealthy(...(Array(66).fill({ TXT: Array(250).fill('') }) as any));
const hosts = Object.fromEntries(Array.from({ length: 9 }, (_, n) => ['h' + n, host]));
export default dnsteer.definePolicy({ fallback: { TXT: 'fallback' }, hosts });
`),
  told: /hosts\.h0: Has over 8192 parts/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
