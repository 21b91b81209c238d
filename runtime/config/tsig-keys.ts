/** The secrets of TSIG keys. An operator gives them as settings or in files, and no message shows them. */
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { KeySetting } from '../tsig/tsig-key.ts';
import type { TsigAlgorithm } from '../wire/iana/tsig.ts';

/**
 * The fewest octets of a secret. RFC 8945 §8 wants as many as the hash has; real keys have half the shortest
 * hash.
 */
export const SHORTEST_SECRET = 16;

interface WrittenKey {
  readonly algorithm: TsigAlgorithm;
  readonly secret?: string | undefined;
  readonly secretFile?: string | undefined;
}

/** Whether a text is base64 of enough octets. */
export function isSecretOfKey(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length >= SHORTEST_SECRET;
}

/** All keys with their secrets; paths of files are relative to the folder. */
export function tsigKeys(
  written: Readonly<Record<string, WrittenKey>>,
  folder: string,
): Result<KeySetting[], Diagnostic[]> {
  const keys: KeySetting[] = [];
  const problems: Diagnostic[] = [];
  for (const [name, { algorithm, secret, secretFile }] of Object.entries(written)) {
    const setting = `keys.${name}`;
    if ((secret === undefined) === (secretFile === undefined)) {
      problems.push(problem(`Setting "${setting}" must have either "secret" or "secretFile"`, HOW_TO_MAKE));
      continue;
    }
    const read =
      secretFile === undefined ? ok(secret ?? '') : readSecret(path.resolve(folder, secretFile), setting);
    if (read.ok) keys.push({ name, algorithm, secret: read.value });
    else problems.push(read.problem);
  }
  return problems.length === 0 ? ok(keys) : fail(problems);
}

interface NamesKeys {
  readonly transfer: {
    readonly allow: readonly WithKey[];
    readonly notify: readonly WithKey[];
    readonly zones: Readonly<
      Record<
        string,
        { readonly allow?: readonly WithKey[] | undefined; readonly notify?: readonly WithKey[] | undefined }
      >
    >;
  };
  readonly update: { readonly grants: readonly WithKey[] };
  readonly secondary: Readonly<Record<string, { readonly primaries: readonly WithKey[] }>>;
}

interface WithKey {
  readonly key?: string | undefined;
}

/** All uses of keys in the settings, with the path of each. */
export function* keysIn({
  transfer,
  update,
  secondary,
}: NamesKeys): Generator<[path: (string | number)[], key: string | undefined]> {
  yield* inList(transfer.allow, 'transfer', 'allow');
  yield* inList(transfer.notify, 'transfer', 'notify');
  yield* inList(update.grants, 'update', 'grants');
  for (const [zone, { allow = [], notify = [] }] of Object.entries(transfer.zones)) {
    yield* inList(allow, 'transfer', 'zones', zone, 'allow');
    yield* inList(notify, 'transfer', 'zones', zone, 'notify');
  }
  for (const [zone, { primaries }] of Object.entries(secondary)) {
    yield* inList(primaries, 'secondary', zone, 'primaries');
  }
}

/** The most octets of the file of a secret. */
const MOST_OCTETS = 64 * 1024;
const HOW_TO_MAKE = '"openssl rand -base64 32" prints a good secret';

function* inList(
  items: readonly WithKey[],
  ...path: string[]
): Generator<[(string | number)[], string | undefined]> {
  for (const [index, { key }] of items.entries()) yield [[...path, index, 'key'], key];
}

function readSecret(file: string, setting: string): Result<string, Diagnostic> {
  const read = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (!read.ok) {
    const complaint = `Cannot read "${file}" (${setting}.secretFile): ${fileProblemText(read.problem)}`;
    const remedy = 'Name a file that holds the secret and that the user who runs dnsteer may read';
    return fail(problem(complaint, remedy));
  }
  const text = read.value.trim();
  if (isSecretOfKey(text)) return ok(text);
  const complaint = `"${file}" (${setting}.secretFile) does not hold base64 of at least ${SHORTEST_SECRET} octets`;
  return fail(problem(complaint, HOW_TO_MAKE));
}

function problem(message: string, remedy: string): Diagnostic {
  return { code: 'CONFIG', severity: 'error', message, remedy };
}
