/**
 * Which files serve which zone. A file is named after its zone: `example.com.ts` (or `.js`) is the policy,
 * `example.com.zone` beside it holds the static records. Folders are teams and mean nothing
 * else, so two folders may claim one zone: the folder that holds the zone keeps it.
 */
import path from 'node:path';
import { domainToASCII } from 'node:url';
import type { Diagnostic } from '../base/diagnostic.ts';
import { isHiddenFolder } from '../build/import-rules.ts';
import { zoneIdOf, zoneNameFromText } from '../wire/zone-id.ts';
import type { RefusedFile } from './folder/refused-files.ts';
import { type StrayFile, strayHint } from './folder/stray-files.ts';

/** The files of one zone, both in one folder; paths are relative to the policies folder. */
export interface ZoneFiles {
  /** Lower case, no final dot. */
  readonly zone: string;
  readonly policy: string | undefined;
  readonly records: string | undefined;
}

export interface Discovery {
  readonly zones: ReadonlyMap<string, ZoneFiles>;
  readonly refused: readonly RefusedFile[];
  /** Files that look like a zone's and serve none; one may be included by a zone file all the same. */
  readonly stray: readonly StrayFile[];
}

/** Why the folder of a file may not serve a zone. */
type ZoneProblem = (file: string, zone: string) => Diagnostic | undefined;

/** Gives each zone its files. `holders` are the files that serve the zones so far. */
export function discover(
  files: Iterable<string>,
  holders: ReadonlyMap<string, ZoneFiles>,
  shown: (file: string) => string,
  zoneProblem: ZoneProblem = () => undefined,
): Discovery {
  const refused: RefusedFile[] = [];
  const claims = new Map<string, string[]>();
  const all = [...files].filter(isBesideZones).sort();
  for (const file of all.filter(mayHoldZone)) {
    const stem = stemOf(file).toLowerCase();
    const problem = nameProblem(stem);
    const name = zoneNameFromText(stem);
    const zone = name.ok ? zoneIdOf(name.value) : stem;
    if (problem === undefined) claims.set(zone, [...(claims.get(zone) ?? []), file]);
    else refused.push({ file, zone: undefined, diagnostic: badName(shown(file), problem) });
  }
  const zones = new Map<string, ZoneFiles>();
  for (const [zone, all] of claims) {
    const { claimants, beyond } = allowed(zone, all, holders.get(zone), zoneProblem);
    refused.push(...beyond);
    if (claimants.length === 0) continue;
    const awarded = award(zone, claimants, holders.get(zone));
    zones.set(zone, awarded);
    const winner = awarded.policy ?? awarded.records ?? '';
    for (const file of claimants) {
      if (file === awarded.policy || file === awarded.records) continue;
      refused.push({ file, zone, diagnostic: taken(zone, shown(file), shown(winner)) });
    }
  }
  return { zones, refused, stray: all.flatMap((file) => strayOf(file, zones, shown)) };
}

/**
 * The name of the policy file of a zone. A name that would be read as a test has one octet in its
 * escaped form.
 */
export function policyFileOf(zone: string): string {
  return `${zone.replace(/\.test$/, '.%74est').replace(/\.d$/, '.%64')}.ts`;
}

const POLICY = /\.[jt]s$/;
const RECORDS = /\.zone$/;
/** Files that lie beside policies by custom, and are no policies. */
const COMPANION = /(\.d\.ts|\.test\.[jt]s)$/;

/** Whether a file lies where zones do, and its name does not say that it is none. */
function isBesideZones(file: string): boolean {
  const folders = file.split(path.sep);
  const name = folders.pop() ?? '';
  if (folders.some((folder) => folder === 'snippets' || isHiddenFolder(folder))) return false;
  return !name.startsWith('_') && !name.startsWith('.');
}

/** Whether a file beside zones is meant to serve one. */
function mayHoldZone(file: string): boolean {
  return !COMPANION.test(file) && (POLICY.test(file) || RECORDS.test(file));
}

function strayOf(
  file: string,
  zones: ReadonlyMap<string, ZoneFiles>,
  shown: (file: string) => string,
): StrayFile[] {
  if (mayHoldZone(file)) return [];
  const hint = strayHint(file, zones, shown(file));
  return hint === undefined ? [] : [{ file, hint }];
}

function stemOf(file: string): string {
  return path.basename(file).replace(POLICY, '').replace(RECORDS, '');
}

/**
 * Those of the claimants whose folder may serve the zone; or else those in the folder of its holder, which goes on with what it
 * has.
 */
function allowed(
  zone: string,
  all: readonly string[],
  holder: ZoneFiles | undefined,
  zoneProblem: ZoneProblem,
): { readonly claimants: readonly string[]; readonly beyond: readonly RefusedFile[] } {
  const beyond = all.flatMap((file) => {
    const diagnostic = zoneProblem(file, zone);
    return diagnostic === undefined ? [] : [{ file, zone, diagnostic }];
  });
  if (beyond.length === 0) return { claimants: all, beyond };
  const claimants = all.filter((file) => !beyond.some((one) => one.file === file));
  const held = holder?.policy ?? holder?.records;
  if (claimants.length > 0 || held === undefined) return { claimants, beyond };
  const ofHolder = all.filter((file) => path.dirname(file) === path.dirname(held));
  return { claimants: ofHolder, beyond: beyond.filter(({ file }) => !ofHolder.includes(file)) };
}

/** Chooses the one folder that serves a zone: the holder's while it has a file, else the first by name. */
function award(zone: string, claimants: readonly string[], holder: ZoneFiles | undefined): ZoneFiles {
  const held = [holder?.policy, holder?.records].filter((file) => file !== undefined);
  const first = claimants.find((file) => held.includes(file)) ?? claimants[0] ?? '';
  const together = claimants.filter((file) => path.dirname(file) === path.dirname(first));
  const pick = (kind: RegExp): string | undefined => {
    const candidates = together.filter((file) => kind.test(file));
    return candidates.find((file) => held.includes(file)) ?? candidates[0];
  };
  return { zone, policy: pick(POLICY), records: pick(RECORDS) };
}

/** Sizes are those of RFC 1035 §2.3.4. Allowed are letters, digits, hyphens, underscores (RFC 8552), and all else by its number. */
function nameProblem(zone: string): string | undefined {
  if (/\P{ASCII}/u.test(zone)) {
    const ascii = domainToASCII(zone);
    return ascii === '' ? 'it has a character outside ASCII' : `write it in ASCII: "${ascii}"`;
  }
  const decoded = zone.replaceAll(/%[\da-f]{2}/g, 'x');
  if (decoded.length > 253) return 'it is longer than 253 characters';
  for (const label of decoded.split('.')) {
    if (label === '') return 'it has an empty label';
    if (label.length > 63) return `label "${label}" is longer than 63 characters`;
    if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label))
      return `label "${label}" is not allowed; other characters are written as %2F`;
  }
  return undefined;
}

function badName(file: string, problem: string): Diagnostic {
  return {
    code: 'POLICY_ZONE',
    severity: 'error',
    message: `The name of the file is no domain name: ${problem}`,
    file,
    remedy: 'Name it after its zone, as in example.com.ts; put shared code into a folder named snippets',
  };
}

function taken(zone: string, file: string, winner: string): Diagnostic {
  return {
    code: 'POLICY_ZONE',
    severity: 'error',
    message: `Zone ${zone} is served by ${winner} already, so ${file} is not loaded`,
    file,
    remedy: 'Remove or rename one of the two files; a .ts and a .zone file of one zone belong in one folder',
  };
}
