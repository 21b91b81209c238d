/** The zones of one side of a comparison, compiled and tried as a server would. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { registrySettings } from '../../../control/settings.ts';
import type { LastGood } from '../../../registry/last-good.ts';
import { type PrepareContext, prepareFromFiles, prepareFromKept } from '../../../registry/prepare.ts';
import { type FoundZones, findZones } from '../../../registry/teams/discover-allowed.ts';
import type { VersionDraft } from '../../../registry/zone-version.ts';
import type { Sandbox } from '../../../runner/sandbox.ts';
import { LIVE, type LiveSide, type SideFiles } from './diff-side.ts';
import { KeptVersions } from './kept-versions.ts';

/** Zone → its draft, without those of `problems`. */
export type Drafts = ReadonlyMap<string, VersionDraft>;

/** Fails with the errors of all zones that a server would refuse: of such a zone nobody knows the answers. */
export async function draftsOf(
  side: SideFiles,
  config: Config,
  sandbox: Sandbox,
): Promise<Result<Drafts, readonly Diagnostic[]>> {
  const root = side.kind === 'folder' ? side.root : config.policies;
  const settings = registrySettings(config);
  const looked = findZones(root, settings);
  if (!looked.ok) return fail([{ code: 'START', severity: 'error', message: looked.problem }]);
  const found = looked.value;
  const context = { root, settings, sandbox };
  const made =
    side.kind === 'live'
      ? await keptDrafts(found, side, config, context)
      : ok(await fileDrafts(found, context));
  if (!made.ok) return fail([{ code: 'START', severity: 'error', message: made.problem }]);
  const drafts = made.value;
  const errors = [
    ...(side.kind === 'live' ? [] : found.refused.map(({ diagnostic }) => diagnostic)),
    ...drafts.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error'),
  ];
  return errors.length > 0 ? fail(errors) : ok(new Map(drafts.map((draft) => [draft.zone, draft])));
}

/** The names of the zones that have files. */
export function zonesToCompare(config: Config): Result<readonly string[]> {
  const looked = findZones(config.policies, registrySettings(config));
  return looked.ok ? ok([...looked.value.zones.keys()].sort()) : looked;
}

async function fileDrafts({ zones, content }: FoundZones, context: PrepareContext): Promise<VersionDraft[]> {
  return await Promise.all([...zones.values()].map((files) => prepareFromFiles(files, content, context)));
}

/** What the server serves, or served before, of the zones whose files are there now. */
async function keptDrafts(
  { zones }: FoundZones,
  side: LiveSide,
  config: Config,
  context: PrepareContext,
): Promise<Result<VersionDraft[]>> {
  const { at } = side;
  if (at !== undefined && !zones.has(at.zone)) return fail(`There is no zone ${at.zone}`);
  const kept = new KeptVersions(config);
  const versions: LastGood[] = [];
  for (const zone of zones.keys()) {
    const version = await kept.versionFor(zone, side);
    if (!version.ok) return version;
    if (version.value !== undefined) versions.push(version.value);
  }
  // Before its first start, a server serves nothing; whoever looks further back has another state folder in mind.
  if (versions.length === 0 && side.shown !== LIVE)
    return fail(
      `There is no ${side.shown}: no server has served a zone with the state folder ${config.state}`,
    );
  return ok(await Promise.all(versions.map((version) => prepareFromKept(version, context, []))));
}
