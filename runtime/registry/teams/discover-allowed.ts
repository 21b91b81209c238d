/** The files of each zone where no server runs: those that manifests let their folders serve. */
import { shownPath } from '../../build/shown-path.ts';
import { type Discovery, discover, type ZoneFiles } from '../discover.ts';
import type { FolderContent } from '../folder/content.ts';
import type { RegistrySettings } from '../zone-version.ts';
import { teamsOf } from './teams.ts';

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
