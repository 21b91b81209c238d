/**
 * Which manifests bind a file: those of all folders on the way to it, by its path and by the path that is left once links are
 * resolved. So a link into the folder of a team, or out of it, leads around no manifest; what is imported or included counts as part of
 * what imports it.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { shownPath } from '../../build/shown-path.ts';
import { type ManifestLimits, WITHIN_LIMITS } from '../../limits/manifest-limits.ts';
import { leastOf, TeamLimits } from '../../limits/team-limits.ts';
import type { PolicySettings } from '../../trial/policy-settings.ts';
import { originOf } from '../../zone/origin.ts';
import type { ZoneFiles } from '../discover.ts';
import { type FolderContent, isAsSeen } from '../folder/content.ts';
import type { RegistrySettings } from '../zone-version.ts';
import { type ReadTeam, readTeamFile, TEAM_FILE } from './team-file.ts';
import { limitsOf, type TeamFolders } from './team-folders.ts';

/** What binds the files of a zone. */
export interface TeamRules {
  /** Of all manifests that can be read. */
  readonly limits: readonly ManifestLimits[];
  /** What is wrong with the others. */
  readonly problems: readonly Diagnostic[];
  /** Where manifests were looked for, relative to the policies folder. */
  readonly inputs: readonly string[];
  /** Those that were not as the scan had seen them. */
  readonly misread: readonly string[];
}

export class Teams {
  readonly #root: string;
  readonly #content: FolderContent;
  readonly #written: TeamFolders;
  readonly #read = new Map<string, KnownTeam>();
  /** Those of the content before: what has not changed is not read again. */
  readonly #before: ReadonlyMap<string, KnownTeam>;
  /** By the folders that hold the files. */
  readonly #rules = new Map<string, TeamRules>();

  constructor(root: string, content: FolderContent, written: TeamFolders = {}, before?: Teams) {
    this.#root = root;
    this.#content = content;
    this.#written = byFolder(written);
    this.#before = before !== undefined && before.#root === root ? before.#read : new Map();
  }

  /** The rules for files, relative to the policies folder. */
  rulesFor(files: readonly string[]): TeamRules {
    const holders = [...new Set(files.flatMap((file) => [path.dirname(file), ...this.#realFolder(file)]))];
    const key = holders.join('\0');
    const rules = this.#rules.get(key) ?? this.#rulesIn(holders);
    this.#rules.set(key, rules);
    return rules;
  }

  #rulesIn(holders: readonly string[]): TeamRules {
    const folders = new Set(holders.flatMap(foldersTo));
    const inSettings = [...folders].flatMap((folder) => this.#inSettings(folder));
    const inputs = [...folders].flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
    const read = inputs.flatMap((input) => {
      const team = this.#teamAt(input);
      return team === undefined ? [] : [{ input, ...team }];
    });
    return {
      limits: [...inSettings, ...read.flatMap(({ limits }) => (limits.ok ? limits.value : []))],
      problems: read.flatMap(({ limits }) => (limits.ok ? [] : limits.problem)),
      inputs,
      misread: read.flatMap(({ input, state }) =>
        state !== undefined && !isAsSeen(state, this.#content.get(input)) ? input : [],
      ),
    };
  }

  /** Why a file may not serve a zone, if a manifest says so. */
  zoneProblem(file: string, zone: string): Diagnostic | undefined {
    const ofZones = this.rulesFor([file]).limits.filter(({ zones }) => zones !== undefined);
    if (ofZones.length === 0) return undefined;
    const only = ofZones.map(({ source, zones }) => ({ source, zones }));
    const message = new TeamLimits(only, originOf(zone)).zoneProblem();
    if (message === undefined) return undefined;
    const shown = shownPath(this.#root, file);
    return {
      code: 'POLICY_TEAM',
      severity: 'error',
      message: `Zone ${message}`,
      file: shown,
      remedy: WITHIN_LIMITS,
    };
  }

  /** A file that no scan has seen is news to the next scan. */
  #teamAt(input: string): ReadTeam | undefined {
    const hash = this.#content.get(input)?.hash;
    if (hash === undefined) return undefined;
    const known = this.#read.get(input) ?? this.#before.get(input);
    const team = known?.hash === hash ? known.team : this.#readAt(input);
    this.#read.set(input, { hash, team });
    return team;
  }

  #readAt(input: string): ReadTeam | undefined {
    const shown = shownPath(this.#root, input);
    const team = readTeamFile(path.join(this.#root, input), shown, realOf(this.#root) ?? this.#root);
    return team === undefined || path.basename(input) === TEAM_FILE ? team : misnamed(shown);
  }

  #inSettings(folder: string): ManifestLimits[] {
    const team = Object.hasOwn(this.#written, folder) ? this.#written[folder] : undefined;
    const source = `teams.${folder === '' ? '.' : folder}`;
    return team === undefined
      ? []
      : [limitsOf(`the setting ${source}`, team, (key) => `the setting ${source}.${key.join('.')}`)];
  }

  /** The scan of the folder tells it: here no file is looked at, as its file system may hang. */
  #realFolder(file: string): string[] {
    const { realFolder } = this.#content.get(file) ?? {};
    return realFolder === undefined ? [] : [realFolder];
  }
}

/** A manifest as it was read, when the scan had seen this hash of it. */
interface KnownTeam {
  readonly hash: string;
  readonly team: ReadTeam | undefined;
}

const CACHE = new WeakMap<FolderContent, { teams: Teams; root: string; written: TeamFolders | undefined }>();

let latest: Teams | undefined;

/** The teams of a content of the policies folder: each manifest is read once, whatever the number of its zones. */
export function teamsOf(root: string, content: FolderContent, { teams: written }: RegistrySettings): Teams {
  const known = CACHE.get(content);
  if (known?.root === root && known.written === written) return known.teams;
  const teams = new Teams(root, content, written, latest);
  latest = teams;
  CACHE.set(content, { teams, root, written });
  return teams;
}

/** What binds the files of a zone; its problems are those of the manifests, and that the zone itself is beyond them. */
export function teamOf(files: ZoneFiles, content: FolderContent, { root, settings }: TeamContext): TeamRules {
  const teams = teamsOf(root, content, settings);
  const all = [files.policy, files.records].filter((file) => file !== undefined);
  const rules = teams.rulesFor(all);
  const beyond = all.map((file) => teams.zoneProblem(file, files.zone)).find((one) => one !== undefined);
  return beyond === undefined ? rules : { ...rules, problems: [...rules.problems, beyond] };
}

/** The context with the limits of the policy among the files of a zone. */
export function contextOfTeam<Context extends TeamContext>(
  files: ZoneFiles,
  content: FolderContent,
  context: Context,
): Context {
  return { ...context, settings: withLimits(context.settings, teamOf(files, content, context).limits) };
}

interface TeamContext {
  readonly root: string;
  readonly settings: RegistrySettings;
}

/** The settings with the limits of a policy. What it does not ask for is no more than it may. */
export function withLimits(
  settings: RegistrySettings,
  limits: readonly ManifestLimits[] | undefined,
): RegistrySettings {
  const { limits: before, ...policy } = settings.policy;
  if (before === limits || (before === undefined && limits?.length === 0)) return settings;
  if (limits === undefined || limits.length === 0) return { ...settings, policy };
  const known = LIMITED.get(limits);
  if (known?.of === settings) return known.limited;
  const limited = { ...settings, policy: boundPolicy(policy, limits) };
  LIMITED.set(limits, { of: settings, limited });
  return limited;
}

/** By limits: ten thousand zones of a folder share their settings, and what is known by these (proof.ts). */
const LIMITED = new WeakMap<
  readonly ManifestLimits[],
  { readonly of: RegistrySettings; readonly limited: RegistrySettings }
>();

function boundPolicy(policy: PolicySettings, limits: readonly ManifestLimits[]): PolicySettings {
  const deadline = leastOf(limits, 'deadline', policy.deadline);
  const budget = Math.min(deadline, leastOf(limits, 'budget', policy.budget));
  return { ...policy, budget, deadline, limits };
}

/** Warnings of folders in the settings that are not there: a folder that is misspelt is bound by nothing. */
export function teamWarnings(content: FolderContent, written: TeamFolders = {}): string[] {
  const isThere = (folder: string) =>
    folder === '' || [...content.keys()].some((file) => file.startsWith(folder + path.sep));
  return Object.keys(byFolder(written))
    .filter((folder) => !isThere(folder))
    .map(
      (folder) => `Setting "teams" names the folder "${folder}", and the policies folder has no files there`,
    );
}

/** The second is what others call such files: it would bind nobody, and nobody would be told. */
const NAMES = [TEAM_FILE, '_team.yml'];

function misnamed(file: string): ReadTeam {
  const remedy = `Name it ${TEAM_FILE}`;
  const message = 'The manifest has another name than manifests have';
  return {
    limits: { ok: false, problem: [{ code: 'TEAM_MANIFEST', severity: 'error', message, file, remedy }] },
  };
}

/** A folder and all on the way to it, the policies folder first. */
function foldersTo(folder: string): string[] {
  const parts = folder === '.' ? [] : folder.split(path.sep);
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join(path.sep))];
}

/** Folders as the settings write them, without `./` and a slash at the end. */
function byFolder(written: TeamFolders): TeamFolders {
  return Object.fromEntries(
    Object.entries(written).map(([folder, team]) => [path.relative('.', path.normalize(folder)), team]),
  );
}

function realOf(folder: string): string | undefined {
  try {
    return realpathSync.native(folder);
  } catch {
    return undefined;
  }
}
