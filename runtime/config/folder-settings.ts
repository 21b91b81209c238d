/** Folders that settings name, and where they must not be. */
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';

/**
 * The folder of the keys that sign zones: never in the state folder, which anybody may empty and nobody backs up. Both
 * paths are absolute.
 */
export function keyFolder(folder: string, state: string): Result<string, Diagnostic> {
  if (!isIn(state, folder)) return ok(folder);
  return fail({
    code: 'CONFIG',
    severity: 'error',
    message: `Setting "dnssec.keys" names "${folder}", which is in the state folder: that may be emptied at any time, and keys must not be lost`,
    remedy: 'Name a folder of its own, such as "keys" beside dnsteer.yaml',
  });
}

/**
 * The folder of recordings, as it is named or in the state folder: never in the policies folder, which is looked at
 * whenever a file in it changes. What is named is relative to `base`.
 */
export function recordFolder(
  { folder: named }: { readonly folder?: string | undefined },
  base: string,
  { state, policies }: { readonly state: string; readonly policies: string },
): Result<string, Diagnostic> {
  if (named === undefined) return ok(path.join(state, 'recordings'));
  const folder = path.resolve(base, named);
  if (!isIn(policies, folder)) return ok(folder);
  return fail({
    code: 'CONFIG',
    severity: 'error',
    message: `Setting "record.folder" names "${folder}", which is in the policies folder: that is looked at whenever a file in it changes`,
    remedy: 'Name a folder of its own, such as "recordings" beside dnsteer.yaml',
  });
}

/** Whether a folder is another, or in it. */
function isIn(outer: string, folder: string): boolean {
  const inside = path.relative(outer, folder);
  return !(inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside));
}
