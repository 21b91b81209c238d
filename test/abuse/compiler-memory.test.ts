/** Each constant is twice as long as the one before. */
import { BROKEN, type FileAttack, planted, policy } from './attack.ts';
import { battle } from './battle.ts';

const SOUND = policy({ code: '' });
const DOUBLED = Array.from({ length: 30 }, (_, at) => `A${at + 1} = \`\${A${at}}\${A${at}}\`,\n`).join('');

export const attack: FileAttack = {
  title: 'A source that fills the compiler’s memory',
  plant: planted(`enum E {\n  A0 = 'xxxxxxxxxx',\n${DOUBLED}}\nexport const all = E.A30;\n${SOUND}`),
  told: /error: The compiler /,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
