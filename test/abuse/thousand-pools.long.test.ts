/** A thousand pools of 28 addresses, with a check for each of those, other ones in each version (F6). */
import { type Publishing, publish, versioned } from './publishing.ts';

export const publishing: Publishing = {
  title: 'A thousand pools of checked addresses, changed again and again',
  versions: 3,
  files: (version) => ({
    'pools.example.ts': versioned(
      version,
      `const check = { type: 'tcp', port: ${9 + version}, interval: 3600 };
const address = (pool: number, n: number) => '127.' + (pool >> 8) + '.' + (pool & 255) + '.' + n;
const pool = (p: number) => ({ A: Array.from({ length: 28 }, (_, n) => address(p, n)), check });
const pools = Object.fromEntries(Array.from({ length: 1000 }, (_, p) => ['p' + p, pool(p)]));`,
      '  pools, hosts: { version },',
    ),
  }),
  shown: (version) => ['version.pools.example', `NOERROR TXT version ${version}`],
};

if (import.meta.main) publish(publishing);
