/** Puts an MMDB file in place of one of the settings: fetched, unpacked and checked in full before it is there. */
import path from 'node:path';
import { contentHash } from '../../../base/files/content-hash.ts';
import { fileProblemText, readRegularFile, readTextSync } from '../../../base/files/read-file.ts';
import { makeFolders, replaceFile } from '../../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { systemErrorText } from '../../../base/system-error.ts';
import type { Config } from '../../../config/config.ts';
import { checkMmdb, type MmdbDescription } from '../../../geo/mmdb-check.ts';
import { print, printError, printJson, printNotice } from '../../terminal.ts';
import { fetchOctets } from './fetch-octets.ts';
import { describedMmdb, lookAt } from './show-geo.ts';
import { unpack } from './unpack.ts';

export interface UpdateOptions {
  /** The file that is replaced; absent where the settings name one only. */
  readonly file?: string;
  /** A file that holds `user:password`. */
  readonly loginFile?: string;
  /** Mebibytes. */
  readonly most: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Returns the exit code. */
export async function updateGeo(
  from: string,
  geo: Pick<Config['geo'], 'files'>,
  options: UpdateOptions,
): Promise<number> {
  const done = await update(from, geo, options);
  if (!done.ok) {
    printError(`${done.problem}. Nothing was changed`);
    return 1;
  }
  const { file, isNew, ...found } = done.value;
  if (options.json === true) printJson({ file, isNew, ...found });
  else print(`${file} ${isNew ? 'is now' : 'was already'} ${describedMmdb(found)}`);
  if (!geo.files.includes(file))
    printNotice(`No setting names it yet: geo: { files: [${JSON.stringify(file)}] }`);
  return 0;
}

type Updated = MmdbDescription & { readonly file: string; readonly isNew: boolean };

async function update(
  from: string,
  { files }: Pick<Config['geo'], 'files'>,
  { file: wanted, loginFile, most, force = false }: UpdateOptions,
): Promise<Result<Updated>> {
  const file = wanted === undefined ? onlyOf(files) : ok(path.resolve(wanted));
  if (!file.ok) return file;
  const login = loginFile === undefined ? ok(undefined) : readLogin(loginFile);
  if (!login.ok) return login;
  const mostOctets = most * 2 ** 20;
  const packed = await octetsFrom(from, mostOctets, login.value);
  if (!packed.ok) return fail(`Cannot read ${shownSource(from)}: ${packed.problem}`);
  const octets = unpack(packed.value, mostOctets);
  if (!octets.ok) return fail(`Cannot unpack ${shownSource(from)}: ${octets.problem}`);
  const found = checkMmdb(octets.value);
  if (!found.ok) return fail(`Cannot use ${shownSource(from)}: ${found.problem}`);
  const before = await readRegularFile(file.value, { mostOctets: 2 ** 30 });
  if (before.ok && contentHash(before.value.octets) === found.value.hash)
    return ok({ ...found.value, file: file.value, isNew: false });
  const objection = force ? undefined : objectionTo(found.value, lookAt(file.value));
  if (objection !== undefined) return fail(objection);
  try {
    await makeFolders(path.dirname(file.value));
    await replaceFile(file.value, [octets.value], { readers: 'others' });
  } catch (error) {
    return fail(`Cannot write ${file.value}: ${systemErrorText(error)}`);
  }
  return ok({ ...found.value, file: file.value, isNew: true });
}

function onlyOf(files: readonly string[]): Result<string> {
  const [only] = files;
  if (only !== undefined && files.length === 1) return ok(only);
  return fail(
    only === undefined
      ? 'The settings name no geo files: say --file, and name it under geo.files'
      : `The settings name ${files.length} geo files: say which with --file`,
  );
}

function octetsFrom(from: string, mostOctets: number, login: string | undefined): Promise<Result<Buffer>> {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(from)
    ? fetchOctets(from, { mostOctets, login })
    : readRegularFile(from, { mostOctets }).then((read) =>
        read.ok ? ok(read.value.octets) : fail(fileProblemText(read.problem)),
      );
}

function readLogin(file: string): Result<string> {
  const read = readTextSync(file, { mostOctets: 4096 });
  if (!read.ok) return fail(`Cannot read ${file}: ${fileProblemText(read.problem)}`);
  const login = read.value.trim();
  return /^[^:\s]+:\S+$/.test(login) ? ok(login) : fail(`${file} does not hold one line "user:password"`);
}

/** A source as it may be shown: addresses may have keys in their queries. */
function shownSource(from: string): string {
  return URL.canParse(from) ? from.replace(/\/\/[^/@]*@/, '//').replace(/\?.*/, '?…') : from;
}

/** Why a sound file is not what its place is for. */
function objectionTo(found: MmdbDescription, before: Result<MmdbDescription>): string | undefined {
  if (!before.ok) return undefined;
  const { type, built } = before.value;
  if (type !== found.type)
    return `It is a ${found.type}, and in its place is a ${type}. If that is meant, say --force`;
  if (built > found.built)
    return `It is of ${found.built.slice(0, 10)}, and the file in its place is of ${built.slice(0, 10)}. If that is meant, say --force`;
  return undefined;
}
