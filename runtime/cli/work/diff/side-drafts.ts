/** The zones of one side of a comparison, compiled and tried as a server would. */
import path from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { createLogger } from '../../../base/log.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { registrySettings } from '../../../control/settings.ts';
import { LastGoodStore } from '../../../registry/last-good-store.ts';
import { type PrepareContext, prepareFromFiles, prepareFromKept } from '../../../registry/prepare.ts';
import { type FoundZones, findZones } from '../../../registry/teams/discover-allowed.ts';
import type { VersionDraft } from '../../../registry/zone-version.ts';
import type { Sandbox } from '../../../runner/sandbox.ts';
import type { SideFiles } from './diff-side.ts';

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
  const drafts =
    side.kind === 'live' ? await keptDrafts(found, config, context) : await fileDrafts(found, context);
  const errors = [
    ...(side.kind === 'live' ? [] : found.refused.map(({ diagnostic }) => diagnostic)),
    ...drafts.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error'),
  ];
  return errors.length > 0 ? fail(errors) : ok(new Map(drafts.map((draft) => [draft.zone, draft])));
}

async function fileDrafts({ zones, content }: FoundZones, context: PrepareContext): Promise<VersionDraft[]> {
  return await Promise.all([...zones.values()].map((files) => prepareFromFiles(files, content, context)));
}

/** What the server last served of the zones whose files are there now. */
async function keptDrafts(
  { zones }: FoundZones,
  { state }: Config,
  context: PrepareContext,
): Promise<VersionDraft[]> {
  const store = new LastGoodStore(
    path.join(state, 'last-good'),
    createLogger({ level: 'warn', format: 'auto' }),
  );
  const kept = await Promise.all([...zones.keys()].map((zone) => store.read(zone)));
  return await Promise.all(
    kept.flatMap((one) => (one === undefined ? [] : [prepareFromKept(one, context, [])])),
  );
}
