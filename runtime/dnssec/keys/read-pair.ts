/** Reads the files of one key: both halves, and what it is for. */
import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileProblemText, type RegularFile, readRegularFile } from '../../base/files/read-file.ts';
import { stampOfFiles } from '../../base/files/stamp.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { canonicalName, namesEqual, nameToText } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import { algorithmToText } from './algorithms.ts';
import type { KeptKey, KeyProblem } from './kept-key.ts';
import type { KeyFault } from './key-fault.ts';
import { keyNameFromText, keyNameToText } from './key-name.ts';
import { readPrivateFile } from './private-file.ts';
import { type PublicFile, readPublicFile } from './public-file.ts';
import { type SigningKey, signingKeyOf } from './signing-key.ts';
import { readStateFile } from './state-file.ts';

/** The most octets of a key file. */
export const MOST_KEY_OCTETS = 64 * 1024;

/**
 * Reads the key with this name; `before` is the key as it was read before. Of the file with the private half one of
 * `owners` must be the owner, by user ids: whoever else owned it could put another key there.
 */
export async function readKeyPair(
  folder: string,
  name: string,
  before?: KeptKey,
  owners: readonly number[] = keyOwners(),
): Promise<Result<KeptKey, KeyProblem>> {
  const at = { ...placeOf(folder, name), owners };
  // Before the files are read: what changes meanwhile has another stamp at the next look.
  const stamp = await stampOfFiles(ENDINGS.map(at.file));
  if (before?.stamp !== undefined && before.stamp === stamp) return ok(before);
  const read = await readFiles(at, before);
  if (!read.ok) return read;
  const { stamp: _, ...key } = read.value;
  return ok(stamp === undefined ? key : { ...key, stamp });
}

/** Who may own private keys: root, and the user of this process. */
export function keyOwners(): number[] {
  return [0, process.geteuid?.() ?? 0];
}

const ENDINGS = ['private', 'key', 'state'] as const;

async function readFiles(at: Place, before: KeptKey | undefined): Promise<Result<KeptKey, KeyProblem>> {
  const { name } = at;
  const [secret, open, noted] = await Promise.all(
    ENDINGS.map((ending) => readRegularFile(at.file(ending), { mostOctets: MOST_KEY_OCTETS })),
  );
  const both = halvesOf(at, secret, open);
  if (!both.ok) return both;
  const [secretHalf, openHalf] = both.value;
  const notes = noted?.ok ? noted.value.octets : '';
  const digest = digestOfFiles({ private: secretHalf.octets, key: openHalf.octets, state: notes });
  if (before?.digest === digest) return ok(before);
  const hasEnd = secretHalf.octets.at(-1) === LINE_FEED;
  const read = readPrivateFile(secretHalf.octets.toString('utf8'));
  secretHalf.octets.fill(0);
  if (!read.ok) return fail(at.faulty('private', read.problem));
  // The key is in use as it was: without the lines that are missing, of times and roles, it might end.
  const isStateCut = notes.length > 0 && notes.at(-1) !== LINE_FEED;
  if (before !== undefined && (!hasEnd || isStateCut)) {
    const message = 'The last line has no end: the file is cut off';
    return fail(at.problem('KEY_FILE', hasEnd ? 'state' : 'private', message, COPY_BOTH));
  }
  const opened = readPublicFile(openHalf.octets.toString('utf8'));
  if (!opened.ok) return fail(at.faulty('key', opened.problem));
  const { dnskey, owner, ttl } = opened.value;
  const key = signingKeyOf(dnskey, read.value.key);
  if (!key.ok) return fail(at.problem('KEY_PAIR', 'private', key.problem, COPY_BOTH));
  const wrongName = checkName(at, opened.value, key.value);
  if (wrongName !== undefined) return fail(wrongName);
  const state = readStateFile(notes.toString());
  const place = { zone: zoneIdOf(owner), name, owner: canonicalName(owner) };
  return ok({ ...place, key: key.value, times: read.value.times, ttl, state, digest });
}

/** A hash of the contents of a key's files. */
export function digestOfFiles(files: {
  readonly private: Uint8Array | string;
  readonly key: Uint8Array | string;
  readonly state?: Uint8Array | string;
}): string {
  const hash = createHash('sha256');
  for (const content of [files.private, files.key, files.state ?? '']) {
    const octets = typeof content === 'string' ? Buffer.from(content) : content;
    hash.update(`${octets.length}:`).update(octets);
  }
  return hash.digest('base64url');
}

const LINE_FEED = 0x0a;

const COPY_BOTH = 'Copy both files again from where the key is kept, or from a backup';

type Read = Awaited<ReturnType<typeof readRegularFile>> | undefined;
type Place = ReturnType<typeof placeOf> & { readonly owners: readonly number[] };

/** The files of a key, and how problems with them are told. */
function placeOf(folder: string, name: string) {
  const zone = keyNameFromText(name)?.zone;
  const which = { name, ...(zone === undefined ? {} : { zone: zoneIdOf(zone) }) };
  const file = (ending: string) => path.join(folder, `${name}.${ending}`);
  return {
    name,
    file,
    problem(code: KeyProblem['code'], ending: string, message: string, remedy: string): KeyProblem {
      return { code, severity: 'error', message, file: file(ending), remedy, ...which };
    },
    faulty(ending: string, fault: KeyFault): KeyProblem {
      return { severity: 'error', file: file(ending), ...fault, ...which };
    },
  };
}

function halvesOf(
  at: Place,
  secret: Read,
  open: Read,
): Result<readonly [RegularFile, RegularFile], KeyProblem> {
  if (secret?.ok !== true) return fail(unreadable(at, 'private', 'key', secret));
  // Any right of the group or of others.
  if ((secret.value.stats.mode & 0o077n) !== 0n) {
    const file = at.file('private');
    const message = 'Others than its owner may use the file, so the key is not used';
    return fail(at.problem('KEY_PERMISSIONS', 'private', message, `chmod 600 ${quoted(file)}`));
  }
  const owner = Number(secret.value.stats.uid);
  if (!at.owners.includes(owner)) {
    const file = at.file('private');
    const message = `The file belongs to another user (uid ${owner}), who could put another key there, so the key is not used`;
    return fail(at.problem('KEY_PERMISSIONS', 'private', message, `chown ${ownName()} ${quoted(file)}`));
  }
  return open?.ok === true ? ok([secret.value, open.value]) : fail(unreadable(at, 'key', 'private', open));
}

/** A half that is not there; the other one is. */
function unreadable(at: Place, ending: string, other: string, read: Read): KeyProblem {
  if (read === undefined || read.ok || read.problem.kind === 'absent') {
    const message = `The key has no file "${at.name}.${ending}"`;
    const remedy = `Copy it here from where the key is kept, or move "${at.name}.${other}" elsewhere`;
    return at.problem('KEY_PAIR', other, message, remedy);
  }
  const remedy = 'Give the user who runs dnsteer the right to read it';
  return at.problem('KEY_FILE', ending, `Cannot read the file: ${fileProblemText(read.problem)}`, remedy);
}

/** Files under a wrong name are refused: other tools would take them for another key. */
function checkName(at: Place, { owner }: PublicFile, { algorithm, tag }: SigningKey): KeyProblem | undefined {
  const right = keyNameToText({ zone: owner, algorithm, tag });
  if (right === at.name) return undefined;
  const said = keyNameFromText(at.name);
  const remedy = `Rename its files to "${right}" with the same endings, or copy the right ones`;
  const tell = (what: string, is: string) =>
    at.problem(
      'KEY_FILE',
      'key',
      `The name of the file tells another ${what} than its DNSKEY, ${is}`,
      remedy,
    );
  if (said === undefined || !namesEqual(said.zone, owner)) return tell('zone', nameToText(owner));
  if (said.algorithm !== algorithm) return tell('algorithm', algorithmToText(algorithm));
  return said.tag === tag ? tell('spelling', right) : tell('key tag', String(tag));
}

/** The user of this process, by name if it has one. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.() ?? 0);
  }
}

/** A path as one word of a shell. */
function quoted(file: string): string {
  return /^[\w./+%-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`;
}
