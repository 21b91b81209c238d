/**
 * The folder in which keys are kept, read as a whole. A key that cannot be used is a problem, and takes no
 * other key with it: a file may be copied here at this moment, and all other zones are signed all the same.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { eachOf } from '../../base/each-of.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { DNSKEY_FLAGS } from './dnskey.ts';
import { folderProblem } from './folder-problem.ts';
import type { FolderKey, KeptKey, KeyProblem } from './kept-key.ts';
import { withoutClashes } from './key-clash.ts';
import { keyNameFromText } from './key-name.ts';
import { keyOwners, readKeyPair } from './read-pair.ts';

export interface KeyFolder {
  readonly zones: ReadonlyMap<string, readonly FolderKey[]>;
  readonly problems: readonly KeyProblem[];
  /** Keys that could be read before, and now cannot be: as they were. */
  readonly spoilt?: readonly KeptKey[];
}

/** A folder without keys. */
export const NO_KEYS: KeyFolder = { zones: new Map(), problems: [] };

/**
 * Reads all keys in a folder; one that does not exist holds none. Keys whose files are as they were in
 * `before` are those of `before`.
 */
export async function readKeyFolder(
  folder: string,
  before: KeyFolder = NO_KEYS,
  owners = keyOwners(),
): Promise<KeyFolder> {
  const problems: KeyProblem[] = [];
  const kept: KeptKey[] = [];
  const listed = await namesIn(folder, problems);
  const spoilt: KeptKey[] = [];
  const readBefore: KeptKey[] = [...(before.spoilt ?? []), ...[...before.zones.values()].flat()];
  const known = new Map(readBefore.map((key) => [key.name, key]));
  await eachOf(listed, WIDTH, async (name) => {
    const read = await readKeyPair(folder, name, known.get(name), owners);
    if (read.ok) kept.push(read.value);
    else problems.push(read.problem);
    const was = read.ok ? undefined : known.get(name);
    if (was !== undefined) spoilt.push(was);
  });
  const zones = new Map<string, FolderKey[]>();
  for (const [zone, keys] of Map.groupBy(kept, (key) => key.zone)) {
    zones.set(zone, withRoles(withoutClashes(folder, keys, problems)));
  }
  const sorted = problems.toSorted((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1));
  return { zones, problems: sorted, ...(spoilt.length > 0 && { spoilt }) };
}

/**
 * The same for an operator who is root, and looks at keys of a server that runs as another user: that user owns the
 * folder as well.
 */
export async function readKeyFolderAsOperator(folder: string): Promise<KeyFolder> {
  const owner = await stat(folder).then(
    ({ uid }) => [uid],
    () => [],
  );
  return await readKeyFolder(folder, NO_KEYS, [...keyOwners(), ...owner]);
}

/** Keys that are read at a time. */
const WIDTH = 8;

/** Names of keys, in order; of all other files only those that look like keys are a problem. */
async function namesIn(folder: string, problems: KeyProblem[]): Promise<string[]> {
  let files: string[];
  try {
    files = await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    if (systemErrorCode(error) !== 'ENOENT') problems.push(unreadableFolder(folder, error));
    return [];
  }
  const names = new Set<string>();
  for (const file of files) {
    const name = /^(.*)\.(?:private|key)$/.exec(file)?.[1];
    if (name === undefined) continue;
    if (keyNameFromText(name) !== undefined) names.add(name);
    else problems.push(oddName(path.join(folder, file)));
  }
  return [...names].sort();
}

/**
 * Gives keys without a `.state` file their roles by their flags. Where all keys of a zone have the same
 * flags, each of them is a combined key.
 */
function withRoles(keys: readonly KeptKey[]): FolderKey[] {
  const isEntry = ({ key }: KeptKey) => (key.flags & DNSKEY_FLAGS.SEP) !== 0;
  const areAlike = keys.every((key) => isEntry(key) === (keys[0] !== undefined && isEntry(keys[0])));
  return keys.map((key) => {
    const byFlags = { isKsk: areAlike || isEntry(key), isZsk: areAlike || !isEntry(key) };
    const { isKsk, isZsk } = key.state ?? byFlags;
    return { ...key, isKsk, isZsk };
  });
}

function unreadableFolder(folder: string, error: unknown): KeyProblem {
  const what = `Cannot read the folder of keys: ${systemErrorText(error)}`;
  return folderProblem(
    folder,
    error,
    what,
    'Give the user who runs dnsteer the right to read it and to write in it',
  );
}

function oddName(file: string): KeyProblem {
  const remedy = 'Move it elsewhere; "dnsteer dnssec import" copies a key here under its right name';
  const message = 'The name is none of a key, such as "Kshop.example.+013+04711.private"';
  return { code: 'KEY_FILE', severity: 'warning', message, file, remedy };
}
