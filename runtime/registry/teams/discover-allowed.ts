/** The files of each zone where no server runs: those that manifests let their folders serve. */
import { fail, ok, type Result } from '../../base/result.ts';
import { shownPath } from '../../build/shown-path.ts';
import { type Discovery, discover, type ZoneFiles } from '../discover.ts';
import type { FolderContent } from '../folder/content.ts';
import { FolderScanner, unreadableFolder } from '../folder/scan.ts';
import type { RegistrySettings } from '../zone-version.ts';
import { teamsOf } from './teams.ts';

/** What a look at the policies folder finds. */
export interface FoundZones extends Discovery {
  readonly content: FolderContent;
}

/** Looks at the policies folder; fails in words for an operator. */
export function findZones(root: string, settings: RegistrySettings): Result<FoundZones> {
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) return fail(unreadableFolder(root, scan.problem));
  return ok({ ...discoverAllowed(root, scan.files, settings), content: scan.files });
}

/** `holders` are the files that serve the zones so far. */
export function discoverAllowed(
  root: string,
  content: FolderContent,
  settings: RegistrySettings,
  holders: ReadonlyMap<string, ZoneFiles> = new Map(),
): Discovery {
  const teams = teamsOf(root, content, settings);
  return discover(
    content.keys(),
    holders,
    (file) => shownPath(root, file),
    (file, zone) => teams.zoneProblem(file, zone),
  );
}
