/** What a policy imports, code and data, is a pipe when it is opened, and was a file when it was looked for. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type SwapAttack, swapBattle } from './swap.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
import { text } from './text.ts';
import data from './data.json';
export default definePolicy({ fallback: { TXT: text + data.more }, hosts: { www: { TXT: text + data.more } } });
`;

export const attack: SwapAttack = {
  title: 'Imports that are pipes by turns',
  files: {
    'swap.example.ts': POLICY,
    'text.ts': "export const text = '1';\n",
    'data.json': '{ "more": "1" }',
  },
  prepare: (folder) => {
    spawnSync('mkfifo', ['.pipe'], { cwd: folder });
    writeFileSync(path.join(folder, '.text'), "export const text = '2';\n");
    writeFileSync(path.join(folder, '.data'), '{ "more": "2" }');
  },
  round: `inTurn('text.ts', '.pipe', '.text'); inTurn('data.json', '.pipe', '.data')`,
};

if (import.meta.main) swapBattle(attack);
