/** Writes keys into their folder: new ones, which replace no file, and new times of those that are there. */
import { constants } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileProblemText, readRegularFile } from '../../base/files/read-file.ts';
import {
  createFiles,
  makeFolders,
  replaceFile,
  syncFolder,
  writeInFolder,
} from '../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { canonicalName, type WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import { folderProblem } from './folder-problem.ts';
import { generateKey, type NewKeyOptions } from './generate.ts';
import type { FolderKey, KeptKey, KeyProblem } from './kept-key.ts';
import { keyNameToText } from './key-name.ts';
import type { KeyTimes } from './key-times.ts';
import { withTimes, writePrivateFile } from './private-file.ts';
import { writePublicFile } from './public-file.ts';
import { digestOfFiles, MOST_KEY_OCTETS, readKeyPair } from './read-pair.ts';
import { privatePartOf, type SigningKey } from './signing-key.ts';
import { type KeyRoles, readStateFile, writeStateFile } from './state-file.ts';

/** A key to be written. */
export interface KeyToWrite {
  readonly zone: WireName;
  readonly key: SigningKey;
  readonly times: KeyTimes;
  readonly ttl?: number | undefined;
  /** What it is for; where that is not known, it has no `.state` file. */
  readonly roles?: KeyRoles | undefined;
}

export interface KeyToMake extends KeyRoles, Pick<NewKeyOptions, 'algorithm' | 'beside'> {
  readonly zone: WireName;
  readonly times: KeyTimes;
}

/** Says why no key can be written into a folder; `undefined` if one can. A folder that is not there is made. */
export async function whyNotWritable(folder: string): Promise<KeyProblem | undefined> {
  try {
    await makeFolders(folder);
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return notWritten('KEY_FOLDER', folder, error);
  }
}

/** Makes a key and writes it. A name that is taken is that of another tag: another key is made. */
export async function makeKey(folder: string, wanted: KeyToMake): Promise<Result<FolderKey, KeyProblem>> {
  const { zone, times, algorithm, beside, isKsk, isZsk } = wanted;
  for (let tries = 1; ; tries++) {
    const key = generateKey({ algorithm, isEntry: isKsk, beside });
    const written = await writeKey(folder, { zone, key, times, roles: { isKsk, isZsk } });
    if (written.ok) return ok({ ...written.value, isKsk, isZsk });
    if (written.problem.code !== 'KEY_CLASH' || tries === MOST_TRIES) return written;
  }
}

/** Writes a key. Where a file of its name is there already, the problem is KEY_CLASH. */
export async function writeKey(folder: string, wanted: KeyToWrite): Promise<Result<KeptKey, KeyProblem>> {
  const { key, times, roles, ttl } = wanted;
  const owner = canonicalName(wanted.zone);
  const name = keyNameToText({ zone: owner, algorithm: key.algorithm, tag: key.tag });
  const texts = {
    key: writePublicFile({ owner, ttl, dnskey: key.dnskey }, times),
    ...(roles && { state: stateOf(key, roles) }),
    // The private half gets its name last: what a crash leaves behind before that is no key for anybody.
    private: writePrivateFile({ ...privatePartOf(key), times }),
  };
  const files = Object.entries(texts).map(([ending, text]) => ({
    file: path.join(folder, `${name}.${ending}`),
    parts: [Buffer.from(text)],
    options: { readers: READERS[ending] ?? 'owner' },
  }));
  let made: typeof files = [];
  try {
    await writeInFolder(folder, () => createFiles(files));
    made = files;
    await syncFolder(folder);
  } catch (error) {
    for (const { file } of made) await rm(file, { force: true }).catch(() => {});
    const code = systemErrorCode(error) === 'EEXIST' ? 'KEY_CLASH' : 'KEY_FOLDER';
    const file = path.join(folder, `${name}.private`);
    return fail({ ...notWritten(code, file, error, folder), zone: zoneIdOf(owner), name });
  }
  const state = readStateFile(texts.state ?? '');
  const place = { zone: zoneIdOf(owner), name, owner };
  return ok({ ...place, key, times, ttl, state, digest: digestOfFiles(texts) });
}

/**
 * Gives a key other times, and notes for BIND since when all resolvers know its DS, if that is so. Each file is
 * replaced in one step. Returns the key as it is now.
 */
export async function updateKey(
  folder: string,
  kept: FolderKey,
  times: KeyTimes,
  dsSince?: number,
): Promise<Result<FolderKey, KeyProblem>> {
  const { name, zone, owner, key, ttl, isKsk, isZsk } = kept;
  const file = (ending: string) => path.join(folder, `${name}.${ending}`);
  const read = await readRegularFile(file('private'), { mostOctets: MOST_KEY_OCTETS });
  if (!read.ok) {
    const message = `Cannot read the file: ${fileProblemText(read.problem)}`;
    return fail({
      code: 'KEY_FILE',
      severity: 'error',
      message,
      file: file('private'),
      remedy: RIGHTS,
      zone,
      name,
    });
  }
  const texts = {
    private: withTimes(read.value.octets.toString('utf8'), times),
    key: writePublicFile({ owner, ttl, dnskey: key.dnskey }, times),
    ...(dsSince !== undefined && { state: stateOf(key, { isKsk, isZsk }, dsSince) }),
  };
  try {
    for (const [ending, text] of Object.entries(texts)) {
      await replaceFile(file(ending), [Buffer.from(text)], { readers: READERS[ending] ?? 'owner' });
    }
    await syncFolder(folder);
  } catch (error) {
    return fail({ ...notWritten('KEY_FOLDER', file('private'), error, folder), zone, name });
  }
  const now = await readKeyPair(folder, name);
  return now.ok ? ok({ ...now.value, isKsk, isZsk }) : now;
}

/** All tags of a zone are taken long before this. */
const MOST_TRIES = 1000;
const RIGHTS = 'Give the user who runs dnsteer the right to read the folder of keys and to write in it';
const READERS: Readonly<Record<string, 'owner' | 'others'>> = { key: 'others', state: 'others' };

function stateOf(key: SigningKey, roles: KeyRoles, dsSince?: number): string {
  const { algorithm, key: secret } = privatePartOf(key);
  const since = dsSince === undefined ? {} : { dsSince };
  return writeStateFile({ algorithm: algorithm.number, bits: algorithm.bits(secret), ...roles, ...since });
}

/** Throws errors on that are not the system's. */
function notWritten(
  code: 'KEY_FOLDER' | 'KEY_CLASH',
  file: string,
  error: unknown,
  folder = file,
): KeyProblem {
  if (systemErrorCode(error) === undefined) throw error;
  const message = `Cannot write the key: ${systemErrorText(error)}`;
  if (code === 'KEY_FOLDER') return { ...folderProblem(folder, error, message, RIGHTS), file };
  return { code, severity: 'error', message, file, remedy: 'Move the files of that name elsewhere' };
}
