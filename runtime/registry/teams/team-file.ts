/**
 * Reads a manifest of a team, `_team.yaml`. Authors may have written it: it is data of a bounded size, and whatever is wrong
 * with it is a problem that says where.
 */
import path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type FileState, stateOfFile } from '../../base/files/file-state.ts';
import { fileProblemText, readRegularFileSync } from '../../base/files/read-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { parseConfigFile } from '../../config/file.ts';
import { diagnosticsOf } from '../../config/issues.ts';
import { teamSchema } from '../../config/teams/team-schema.ts';
import type { ManifestLimits } from '../../limits/manifest-limits.ts';
import { limitsOf } from './team-folders.ts';

export const TEAM_FILE = '_team.yaml';

/** A file that was read; `undefined` where there is none. */
export interface ReadTeam {
  readonly limits: Result<ManifestLimits, readonly Diagnostic[]>;
  /** What the file looked like, where it could be read. */
  readonly state?: FileState;
}

const MOST_OCTETS = 256 * 1024;

/** `shown`: its path as operators know it; `root`: the policies folder, links resolved. */
export function readTeamFile(file: string, shown: string, root: string): ReadTeam | undefined {
  const read = readRegularFileSync(file, { mostOctets: MOST_OCTETS, inside: root });
  if (!read.ok) {
    if (read.problem.kind === 'absent') return undefined;
    return {
      limits: fail([problem(`The manifest cannot be read: ${fileProblemText(read.problem)}`, shown)]),
    };
  }
  const text = read.value.octets.toString();
  return { limits: parseTeam(text, shown), state: stateOfFile(read.value) };
}

/** Reads the text of a manifest. */
export function parseTeam(text: string, shown: string): Result<ManifestLimits, readonly Diagnostic[]> {
  try {
    const parsed = parseConfigFile(text, shown);
    if (!parsed.ok) return fail(parsed.problem.map(asTeam));
    const { data, placeOf, placeOfKey } = parsed.value;
    const isNothing = typeof data === 'object' && data !== null && Object.keys(data).length === 0;
    // A file that is being written is empty at first.
    if (isNothing) return fail([problem('The manifest holds nothing', shown)]);
    const read = teamSchema.safeParse(data, { reportInput: true });
    if (read.success) {
      const lineOf = (key: readonly string[]) => `${shown}:${placeOfKey(key).line ?? 1}`;
      return ok(limitsOf(shown, read.data, lineOf));
    }
    // The keys that are known, and secrets, are told by the path in the settings.
    const issues = read.error.issues.map((issue) => ({ ...issue, path: [...IN_SETTINGS, ...issue.path] }));
    const inFile = (at: readonly PropertyKey[]) => at.slice(IN_SETTINGS.length);
    const locator = {
      placeOf: (at: readonly PropertyKey[]) => placeOf(inFile(at)),
      placeOfKey: (at: readonly PropertyKey[]) => placeOfKey(inFile(at)),
      overriddenBy: () => undefined,
    };
    return fail(diagnosticsOf(issues, locator).map(asTeam));
  } catch (error) {
    // The parser throws at aliases that multiply, and at depths beyond its stack.
    return fail([
      problem(`The manifest cannot be read: ${error instanceof Error ? error.message : ''}`, shown),
    ]);
  }
}

const IN_SETTINGS = ['teams', path.basename(TEAM_FILE)];
const REMEDY =
  'Correct the manifest; until then what its folder serves stays as it is, and changes there are refused';

function asTeam({ message, remedy, ...place }: Diagnostic): Diagnostic {
  const ofFile = message.replaceAll(`"${IN_SETTINGS.join('.')}.`, '"').replace(/^Setting /, 'Key ');
  return {
    ...place,
    code: 'TEAM_MANIFEST',
    message: ofFile.replace(/^Unknown setting /, 'Unknown key '),
    remedy: remedy ?? REMEDY,
  };
}

function problem(message: string, file: string): Diagnostic {
  return { code: 'TEAM_MANIFEST', severity: 'error', message, file, remedy: REMEDY };
}
