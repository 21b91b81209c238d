/** Patterns of zones, as settings have them: `example.com`, `*.example` for all below it, `*` for every zone. */
import { namesUpFrom, zoneIdOf, zoneNameFromText } from './zone-id.ts';

/** Reads `example.com`, `*.example` or `*`; in lower case, without the final dot. */
export function readZonePattern(written: string): string | undefined {
  if (written === '*') return written;
  const isBelow = written.startsWith('*.');
  const name = zoneNameFromText(isBelow ? written.slice(2) : written);
  if (!name.ok || (isBelow && name.value.length === 1)) return undefined;
  const id = zoneIdOf(name.value);
  if (id.includes('%2A')) return undefined;
  return isBelow ? `*.${id}` : id;
}

export function isOfPattern(zone: string, pattern: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? zone.endsWith(pattern.slice(1)) : zone === pattern;
}

/** What is set by patterns that a zone is of, the closest first: its name, then the longest pattern. */
export function closestFirst<Own>(zone: string, byPattern: Readonly<Record<string, Own>>): Own[] {
  const [, ...above] = namesUpFrom(zone);
  const patterns = [zone, ...above.map((name) => `*.${name}`), '*'];
  return patterns.flatMap((pattern) => (Object.hasOwn(byPattern, pattern) ? (byPattern[pattern] ?? []) : []));
}
