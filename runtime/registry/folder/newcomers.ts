/** Zones whose files were just found: which of them answer processes are told of before they are loaded. */
import { ROOT } from '../../wire/name.ts';
import { nearestZone, zoneIdOf } from '../../wire/zone-id.ts';

/**
 * Of the zones found, those that are not known yet. Once all were loaded, a zone that is served answers for a newcomer
 * below it until that is loaded: what it says was right a moment ago, and a file may be added long before it is whole.
 */
export function expectedOf(
  found: Iterable<string>,
  known: ReadonlyMap<string, unknown>,
  isFirstLoad: boolean,
): string[] {
  const newcomers = [...found].filter((zone) => !known.has(zone));
  if (isFirstLoad) return newcomers;
  return known.has(ROOT_ZONE) ? [] : newcomers.filter((zone) => !isBelowAny(zone, known));
}

const ROOT_ZONE = zoneIdOf(ROOT);

function isBelowAny(zone: string, known: ReadonlyMap<string, unknown>): boolean {
  return nearestZone(zone, (above) => known.has(above)) !== undefined;
}
