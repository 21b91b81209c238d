/**
 * Patterns of names in manifests: a name is that name alone, `*.app.example` is every name below `app.example`, and `*` alone
 * every name. A wildcard (RFC 4592) is a name below that of its parent, so `www` does not allow the owner `*`.
 */
import { fail, ok, type Result } from '../../base/result.ts';
import {
  canonicalName,
  isAtOrBelow,
  nameFromText,
  namesEqual,
  ROOT,
  type WireName,
} from '../../wire/name.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';

export interface NamePattern {
  readonly base: WireName;
  /** Whether it stands for all names below the base, and not for the base. */
  readonly isBelow: boolean;
}

/** Reads a pattern. Names are relative to `origin`, if there is one, unless they end in a dot. */
export function namePattern(text: string, origin?: WireName): Result<NamePattern> {
  if (text === '*') return ok({ base: origin ?? ROOT, isBelow: true });
  const isBelow = text.startsWith('*.');
  const written = isBelow ? text.slice(2) : text;
  if (written.includes('*')) return fail('has "*" elsewhere than as its whole first label');
  const name = origin === undefined ? zoneNameFromText(written) : nameFromText(written, origin);
  return name.ok ? ok({ base: canonicalName(name.value), isBelow }) : name;
}

export function isCovered(name: WireName, { base, isBelow }: NamePattern): boolean {
  return isBelow ? name.length > base.length && isAtOrBelow(name, base) : namesEqual(name, base);
}

/** Whether all names below a name are covered. */
export function isCoveredBelow(name: WireName, { base, isBelow }: NamePattern): boolean {
  return isBelow && isAtOrBelow(name, base);
}
