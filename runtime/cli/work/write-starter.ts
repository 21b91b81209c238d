/** Writes a starter policy into the policies folder, and files that editors need beside it. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { shownPath } from '../../build/shown-path.ts';
import { discover, policyFileOf } from '../../registry/discover.ts';
import { FolderScanner } from '../../registry/folder/scan.ts';
import { LIST_TYPES, POLICY_TYPES, TEST_TYPES } from '../own-files.ts';
import {
  LIST_TYPES_FILE,
  starterPolicy,
  starterTest,
  starterTsconfig,
  TEST_TYPES_FILE,
  TYPES_FILE,
} from './starter.ts';

/** Writes the policy of a zone, and its first tests if it has none. Returns the files that it wrote. */
export function writeStarter(file: string, zone: string, root: string): readonly string[] {
  mkdirSync(root, { recursive: true });
  // `wx` does not overwrite a file that another process may have put there meanwhile.
  writeFileSync(path.join(root, file), starterPolicy(zone), { flag: 'wx' });
  const test = file.replace(/\.ts$/, '.test.ts');
  const isTested = existsSync(path.join(root, test));
  if (!isTested) writeFileSync(path.join(root, test), starterTest(zone), { flag: 'wx' });
  return [file, ...(isTested ? [] : [test]), ...prepareEditors(root)];
}

/** Why there can be no such zone, by the rules that the server has for names of files. */
export function nameProblem(zone: string): string | undefined {
  if (zone === '' || zone.includes(path.sep) || zone.includes('/')) return `"${zone}" is no domain name`;
  const { zones, refused } = discover([policyFileOf(zone)], new Map(), (file) => file);
  if (zones.has(zone)) return undefined;
  const why =
    refused[0]?.diagnostic.message.replace(/^.*?: /, '') ?? 'files that begin with "_" or "." hold none';
  return `"${zone}" cannot be the name of a zone: ${why}`;
}

/** Says which file has the zone already, in words. */
export async function takenBy(zone: string, root: string): Promise<string | undefined> {
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) return existsSync(root) ? `Cannot read ${shownPath(root, '.')}: ${scan.problem}` : undefined;
  const holder = discover(scan.files.keys(), new Map(), (file) => file).zones.get(zone);
  // A zone file without a policy may get one beside it.
  const file = holder?.policy ?? (path.dirname(holder?.records ?? '') === '.' ? undefined : holder?.records);
  return file === undefined ? undefined : `Zone ${zone} is served by ${shownPath(root, file)} already`;
}

/** Keeps an existing tsconfig.json, which is the author's; replaces types, which an older dnsteer wrote. */
function prepareEditors(root: string): string[] {
  const project = path.join(root, 'tsconfig.json');
  const types = path.join(root, TYPES_FILE);
  const isPrepared = existsSync(project);
  if (isPrepared && !existsSync(types)) return [];
  mkdirSync(path.dirname(types), { recursive: true });
  copyFileSync(POLICY_TYPES, types);
  copyFileSync(TEST_TYPES, path.join(root, TEST_TYPES_FILE));
  copyFileSync(LIST_TYPES, path.join(root, LIST_TYPES_FILE));
  if (isPrepared) return [];
  writeFileSync(project, starterTsconfig());
  return ['tsconfig.json', TYPES_FILE, TEST_TYPES_FILE, LIST_TYPES_FILE];
}
