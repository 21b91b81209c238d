/** Shows the keys in the key folder. */
import path from 'node:path';
import process from 'node:process';
import type { SigningPlace } from '../../admin/source.ts';
import { shownPath } from '../../build/shown-path.ts';
import { algorithmToText } from '../../dnssec/keys/algorithms.ts';
import { type FolderKey, keyRole } from '../../dnssec/keys/kept-key.ts';
import { readKeyFolderAsOperator } from '../../dnssec/keys/key-folder.ts';
import { type KeyTimes, keyPhase } from '../../dnssec/keys/key-times.ts';
import { timeText } from '../../dnssec/rolls/reasons.ts';
import type { WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import type { JsonFlag } from '../flags.ts';
import { formatTable } from '../table.ts';
import { print, printDiagnostics, printJson } from '../terminal.ts';

/** Resolves to the exit code: 1 if a key cannot be used. */
export async function tellKeys(
  name: WireName | undefined,
  place: SigningPlace,
  { json }: JsonFlag,
): Promise<number> {
  const wanted = name === undefined ? undefined : zoneIdOf(name);
  const folder = await readKeyFolderAsOperator(place.dnssec.keys);
  const isWanted = (zone: string | undefined): boolean =>
    wanted === undefined || zone === wanted || zone === undefined;
  const problems = folder.problems.filter(({ zone }) => isWanted(zone));
  const zones = [...folder.zones].filter(([zone]) => isWanted(zone)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const now = Date.now() / 1000;
  const keys = zones.flatMap(([, each]) => each.map((key) => describe(key, place.dnssec.keys, now)));
  printDiagnostics(problems);
  if (json === true) printJson({ folder: place.dnssec.keys, keys });
  else if (keys.length > 0) print(formatKeyList(keys));
  else if (problems.length === 0) print(noKeys(wanted, place));
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

type DescribedKey = ReturnType<typeof describe>;

function describe(key: FolderKey, folder: string, now: number) {
  const { zone, name, times } = key;
  return {
    zone,
    tag: key.key.tag,
    algorithm: algorithmToText(key.key.algorithm),
    flags: key.key.flags,
    role: keyRole(key),
    state: keyPhase(times, now),
    /** By the name of each time. */
    times: Object.fromEntries(Object.entries(times).map(([what, time]) => [what, timeText(Number(time))])),
    next: nextOf(times, now),
    file: shownPath(process.cwd(), path.join(folder, name)),
  };
}

function noKeys(zone: string | undefined, { dnssec }: SigningPlace): string {
  const folder = shownPath(process.cwd(), dnssec.keys);
  const which = zone === undefined ? 'No keys' : `No key of ${zone}`;
  return `${which} in ${folder}: the server makes one for each zone of dnssec.zones, and dnsteer dnssec import brings others`;
}

function formatKeyList(keys: readonly DescribedKey[]): string {
  const rows = keys.map(({ zone, tag, algorithm, role, state, next = '', file }) => [
    zone,
    String(tag),
    algorithm,
    role.toUpperCase(),
    state,
    next,
    file,
  ]);
  return formatTable(COLUMNS, rows).join('\n');
}

const COLUMNS = [
  { title: 'ZONE' },
  { title: 'TAG', align: 'right' },
  { title: 'ALGORITHM' },
  { title: 'ROLE' },
  { title: 'STATE' },
  { title: 'NEXT' },
  { title: 'FILES' },
] as const;

/** What its times say will become of it next. */
function nextOf(times: KeyTimes, now: number): string | undefined {
  const coming = Object.entries(LIFE).flatMap(([name, what]) => {
    const time = times[name as keyof typeof LIFE];
    return time !== undefined && time > now ? [{ what, time }] : [];
  });
  const [first] = coming.toSorted((a, b) => a.time - b.time);
  return first && `${first.what} ${timeText(first.time)}`;
}

const LIFE = {
  publish: 'published',
  activate: 'active',
  inactive: 'inactive',
  delete: 'deleted',
} as const satisfies Partial<Record<keyof KeyTimes, string>>;
