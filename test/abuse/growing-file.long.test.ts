/** A zone file and a policy that somebody never stops writing into. */
import { type SwapAttack, swapBattle } from './swap.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { TXT: 'policy' } });
`;

export const attack: SwapAttack = {
  title: 'Files that never stop growing',
  files: { 'grow.example.zone': 'www 30 IN TXT zone\n', 'grow.example.ts': POLICY },
  prepare: () => {},
  // Begun anew at 64 MiB: what is tried is the server, not the disk.
  round: `
    fs.appendFileSync('grow.example.zone', ';'.repeat(10_000));
    fs.appendFileSync('grow.example.ts', ' '.repeat(100));
    if (fs.statSync('grow.example.zone').size > 64 * 2 ** 20) fs.truncateSync('grow.example.zone');`,
};

if (import.meta.main) swapBattle(attack);
