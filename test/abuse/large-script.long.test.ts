/** The longest script that is compiled, in which each character has to be escaped on its way. */
import { type Publishing, publish, versioned } from './publishing.ts';

export const publishing: Publishing = {
  title: 'A script of a megabyte, changed again and again',
  versions: 3,
  files: (version) => ({
    'long.example.ts': versioned(
      version,
      `const long = ${JSON.stringify('\\"'.repeat(240_000))};`,
      '  hosts: { version, www: () => ({ TXT: String(long.length) }) },',
    ),
  }),
  shown: (version) => ['version.long.example', `NOERROR TXT version ${version}`],
};

if (import.meta.main) publish(publishing);
