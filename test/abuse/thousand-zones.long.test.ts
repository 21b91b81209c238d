/** A thousand zones written at once, twice. */
import { type Publishing, publish } from './publishing.ts';

const ZONES = 1000;

export const publishing: Publishing = {
  title: 'A thousand zones that change at once',
  versions: 2,
  files: (version) =>
    Object.fromEntries(
      Array.from({ length: ZONES }, (_, index) => [
        `many${index}.example.zone`,
        `www 30 IN TXT "version ${version}"\n`,
      ]),
    ),
  shown: (version) => [`www.many${ZONES - 1}.example`, `NOERROR TXT version ${version}`],
};

if (import.meta.main) publish(publishing);
