/**
 * The id of a zone: how names of files, settings, logs, statuses and metrics write its name. It has no final dot; octets that
 * are no letters, digits, `-` or `_` are written as `%2F`, as BIND does in names of key files. Labels are split before they
 * are decoded. The root, which has no label, is `%2E`.
 */
import { ok, type Result } from '../base/result.ts';
import { canonicalName, nameFromText, ROOT, type WireName } from './name.ts';

const ROOT_ID = '%2E';

export function zoneIdOf(zone: WireName): string {
  const name = canonicalName(zone);
  const labels: string[] = [];
  for (let at = 0; at < name.length - 1; at += 1 + (name[at] ?? 0)) {
    labels.push(labelToText(name.subarray(at + 1, at + 1 + (name[at] ?? 0))));
  }
  return labels.length === 0 ? ROOT_ID : labels.join('.');
}

/**
 * Reads an id, in any case and with or without the final dot; escapes of zone files (`\047`) are read as well. A `%`
 * before two hexadecimal digits is itself as `%25` or `\%`.
 */
export function zoneNameFromText(text: string): Result<WireName> {
  if (text.toUpperCase() === ROOT_ID) return ok(ROOT);
  return nameFromText(
    text.replace(/\\.|%([\da-f]{2})/gis, (found: string, hex?: string) =>
      hex === undefined ? found : `\\${String(Number.parseInt(hex, 16)).padStart(3, '0')}`,
    ),
  );
}

/** The closest zone that a name, written as an id, is at or below, among those that pass; the root is none of them. */
export function nearestZone(name: string, isZone: (zone: string) => boolean): string | undefined {
  for (const zone of namesUpFrom(name)) if (isZone(zone)) return zone;
  return undefined;
}

/** A name written as an id, and all above it but the root, the closest first. */
export function* namesUpFrom(name: string): Generator<string> {
  yield name;
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) yield name.slice(dot + 1);
}

function labelToText(label: Uint8Array): string {
  let text = '';
  for (const octet of label) {
    const character = String.fromCharCode(octet);
    text += /[\w-]/.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
