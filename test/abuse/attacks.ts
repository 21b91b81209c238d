/** All attacks of attacks/, but those that take long. */
import { globSync } from 'node:fs';
import path from 'node:path';
import type { Attack } from './attack.ts';

const FOLDER = path.join(import.meta.dirname, 'attacks');

export async function attacks(): Promise<readonly Attack[]> {
  const files = globSync('*.ts', { cwd: FOLDER, exclude: ['*.long.test.ts'] }).sort();
  return Promise.all(
    files.map(async (file) => ((await import(path.join(FOLDER, file))) as { attack: Attack }).attack),
  );
}
