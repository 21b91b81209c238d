/** As many values as a policy may declare, all of them changed every moment (F6). */
import { type Publishing, publish, versioned } from './publishing.ts';

export const publishing: Publishing = {
  title: 'The largest manifest there may be, changed again and again',
  versions: 6,
  files: (version) => ({
    'large.example.ts': versioned(
      version,
      `const text = (n: number) => (n + 100000 * ${version}).toString(36);
const texts = (host: number) => ({ TXT: Array.from({ length: 250 }, (_, n) => text(250 * host + n)) });
const host = (n: number): any => dnsteer.firstHealthy(texts(2 * n), texts(2 * n + 1));
const hosts = Object.fromEntries(Array.from({ length: 125 }, (_, n) => ['h' + n, host(n)]));`,
      '  hosts: { ...hosts, version },',
    ),
  }),
  shown: (version) => ['version.large.example', `NOERROR TXT version ${version}`],
};

if (import.meta.main) publish(publishing);
