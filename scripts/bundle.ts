/**
 * Makes each process and thread of dnsteer start from a few files in place of hundreds: Node takes longer to find and link a
 * module than to run it, and a server starts several processes, each of them anew when it has died.
 *
 * What `tsc` has written stays where it is, as policies are compiled with parts of it. The files that begin a process or a
 * thread lead to `dist/bundled/`, where esbuild puts all that they import.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ENTRIES } from './entries.ts';

const DIST = path.resolve(import.meta.dirname, '../dist');
const BUNDLED = path.join(DIST, 'bundled');

/** Modules look for files beside their own place, which is still as `tsc` has it. */
const ownPlaces: Plugin = {
  name: 'own places',
  setup(building) {
    building.onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const place = path.relative(BUNDLED, file).replaceAll(path.sep, '/');
      const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', url), loader: 'js' };
    });
  },
};

await build({
  absWorkingDir: DIST,
  entryPoints: Object.fromEntries(ENTRIES.map((entry) => [path.posix.basename(entry), `${entry}.js`])),
  outdir: BUNDLED,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
  plugins: [ownPlaces],
});

for (const entry of ENTRIES) {
  const up = path.posix.relative(path.posix.dirname(entry), '.') || '.';
  await writeFile(
    path.join(DIST, `${entry}.js`),
    `import '${up}/bundled/${path.posix.basename(entry)}.js';\n`,
  );
}
