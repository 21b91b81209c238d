/** One side of a comparison: a folder, the commit of a git repository, or what the server last served. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fail, ok, type Result } from '../../../base/result.ts';
import { systemErrorCode } from '../../../base/system-error.ts';
import type { Config } from '../../../config/config.ts';

/** Where the files of a side are, or that the state folder has its versions. */
export type SideFiles = { readonly kind: 'folder'; readonly root: string; readonly shown: string } | LiveSide;

/** What a server serves, or served before. */
export interface LiveSide {
  readonly kind: 'live';
  readonly shown: string;
  /** So many versions back of each zone. */
  readonly back: number;
  /** One zone at one of its versions; the others as they are live. */
  readonly at?: { readonly zone: string; readonly version: string };
}

/** The word for what the running server serves, or the last one served. */
export const LIVE = 'live';

/**
 * Finds a side by what the operator wrote: `live`, `live~2`, `shop.example@1a2b3c4d`, a folder, or else what git knows as a
 * commit. Files of a commit are put into a temporary folder, which `cleanUp` removes.
 */
export async function findSide(
  text: string,
  { policies }: Pick<Config, 'policies'>,
  cleanUp: (work: () => Promise<void>) => void,
): Promise<Result<SideFiles>> {
  const live = liveSide(text);
  if (live !== undefined) return ok(live);
  const folder = path.resolve(text);
  const code = await readdir(folder).then(() => undefined, systemErrorCode);
  if (code === undefined) return ok({ kind: 'folder', root: folder, shown: text });
  if (code === 'ENOTDIR') return fail(`${text} is no folder; name the policies folder that it is in`);
  if (code !== 'ENOENT') return fail(`${text} cannot be read (${code})`);
  return await fromGit(text, policies, cleanUp);
}

function liveSide(text: string): LiveSide | undefined {
  const back = text === LIVE ? '0' : /^live~(\d)$/.exec(text)?.[1];
  if (back !== undefined) return { kind: 'live', shown: text, back: Number(back) };
  const { zone, version } = VERSION_OF_ZONE.exec(text)?.groups ?? {};
  if (zone === undefined || version === undefined) return undefined;
  return { kind: 'live', shown: text, back: 0, at: { zone: zone.toLowerCase(), version } };
}

/** Versions of zones have eight hexadecimal digits. */
const VERSION_OF_ZONE = /^(?<zone>[^@\s]+)@(?<version>[0-9a-f]{8})$/;

async function fromGit(
  ref: string,
  policies: string,
  cleanUp: (work: () => Promise<void>) => void,
): Promise<Result<SideFiles>> {
  const top = await git(['rev-parse', '--show-toplevel'], policies);
  if (!top.ok) {
    return fail(
      `${ref} is no folder, and ${policies} is in no git repository that could have it as a commit`,
    );
  }
  const commit = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    policies,
  );
  if (!commit.ok) return fail(`${ref} is neither a folder nor a commit that git knows in ${top.value}`);
  const prefix = await git(['rev-parse', '--show-prefix'], policies);
  if (!prefix.ok) return prefix;
  const tree = `${commit.value}:${prefix.value.replace(/\/$/, '')}`;
  const isThere = await git(['rev-parse', '--verify', '--quiet', tree], policies);
  if (!isThere.ok) return fail(`The commit ${ref} has no folder ${prefix.value}`);
  const root = await mkdtemp(path.join(tmpdir(), 'dnsteer-diff-'));
  cleanUp(() => rm(root, { recursive: true, force: true }));
  const unpacked = await unpack(tree, top.value, root);
  return unpacked.ok ? ok({ kind: 'folder', root, shown: ref }) : unpacked;
}

const run = promisify(execFile);

async function git(args: readonly string[], cwd: string): Promise<Result<string>> {
  try {
    const { stdout } = await run('git', args, { cwd });
    return ok(stdout.trimEnd());
  } catch (error) {
    return fail(`git ${args[0]} fails: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function unpack(tree: string, cwd: string, into: string): Promise<Result<true>> {
  const archive = spawn('git', ['archive', '--format=tar', tree], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tar = spawn('tar', ['-x', '-C', into], { stdio: ['pipe', 'ignore', 'ignore'] });
  archive.stdout.pipe(tar.stdin);
  try {
    const ends = await Promise.all([archive, tar].map((child) => once(child, 'close')));
    return ends.every(([code]) => code === 0)
      ? ok(true)
      : fail('git archive and tar cannot unpack the commit');
  } catch (error) {
    return fail(`The commit cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
}
