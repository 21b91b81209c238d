/** A plan of 62 000 characters, nearly all of them empty texts (F5). */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A valid plan that is dear to check',
  code: `return dnsteer.firstHealthy(...(Array(70).fill({ TXT: Array(256).fill('') }) as any));`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
