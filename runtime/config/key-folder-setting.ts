/** Where the keys that sign zones are: never in the state folder, which anybody may empty and nobody backs up. */
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** The folder, unless it is the state folder or in it; both paths are absolute. */
export function keyFolder(folder: string, state: string): Result<string, Diagnostic> {
  const inside = path.relative(state, folder);
  if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) return ok(folder);
  return fail({
    code: 'CONFIG',
    severity: 'error',
    message: `Setting "dnssec.keys" names "${folder}", which is in the state folder: that may be emptied at any time, and keys must not be lost`,
    remedy: 'Name a folder of its own, such as "keys" beside dnsteer.yaml',
  });
}
