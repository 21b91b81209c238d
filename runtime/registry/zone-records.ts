/** The static records of a zone: from its `.zone` file, or from its primary. */
import path from 'node:path';
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { NO_CONTENT } from '../base/files/content-hash.ts';
import type { FileState } from '../base/files/file-state.ts';
import { shownPath } from '../build/shown-path.ts';
import type { ManifestLimits } from '../limits/manifest-limits.ts';
import type { FileAlias } from '../zone/file-alias.ts';
import { originOf } from '../zone/origin.ts';
import { NO_PLACES } from '../zone/place-table.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { ZoneFiles } from './discover.ts';
import { type FolderContent, isAsSeen, type SeenFile } from './folder/content.ts';
import { withoutRecords } from './folder/half-written.ts';
import { type ReadTask, readRecords } from './record-tasks.ts';
import type { TransferredPart } from './transferred.ts';
import type { StaticRecords } from './zone-version.ts';

interface LoadedRecords extends StaticRecords {
  /** ALIAS records, where all of the file is sound. */
  readonly aliases: readonly FileAlias[];
  readonly problems: readonly Diagnostic[];
  /** The files that the records come from, relative to the folder. */
  readonly inputs: readonly string[];
  /** Those that were not as the scan of the folder had seen them. */
  readonly misread: readonly string[];
  /** When the newest of these files was modified, in milliseconds since 1970; 0 where there are none. */
  readonly modifiedAt: number;
}

/**
 * Reads the static records, which are to keep to the limits. `part`: the records from the zone's primary, if it has one;
 * `hasResolvers`: whether anybody can be asked for the targets of ALIAS records.
 */
export async function staticRecords(
  files: ZoneFiles,
  content: FolderContent,
  part: TransferredPart | undefined,
  root: string,
  limits: readonly ManifestLimits[] = [],
  hasResolvers?: boolean,
): Promise<LoadedRecords> {
  if (part !== undefined) return transferredRecords(part, files, root);
  if (files.records === undefined) return noRecords();
  const { zone, records } = files;
  const task = { kind: 'read', origin: originOf(zone), file: shownPath(root, records), root } as const;
  return readFile({ ...task, limits, hasResolvers }, content);
}

/** Marks of a version whose records come from a primary. */
export function transferredFlags(
  part: TransferredPart | undefined,
): Pick<StaticRecords, 'isTransferred' | 'withheld'> {
  if (part === undefined) return {};
  return { isTransferred: true, ...(part.withheld !== undefined && { withheld: part.withheld }) };
}

function noRecords(): LoadedRecords {
  const nothing = { records: new RecordPack(), places: NO_PLACES, recordHashes: [], problems: [] };
  return { ...nothing, aliases: [], inputs: [], misread: [], modifiedAt: 0 };
}

/** The records from the primary. A `.zone` file of the zone is not read, and a warning says so. */
function transferredRecords(part: TransferredPart, files: ZoneFiles, root: string): LoadedRecords {
  const unused: Diagnostic = {
    code: 'ZONE_FILE',
    severity: 'warning',
    message: 'The file is not read: the records of this zone are transferred from its primary',
    file: shownPath(root, files.records ?? ''),
    remedy: 'Remove the file, or the zone from the setting "secondary"',
  };
  return {
    ...noRecords(),
    records: RecordPack.of(part.records),
    ...transferredFlags(part),
    problems: files.records === undefined ? [] : [unused],
  };
}

async function readFile(task: ReadTask, content: FolderContent): Promise<LoadedRecords> {
  const { file: shown, root } = task;
  const read = await readRecords(task);
  const records = RecordPack.read(read.records);
  assert(records.ok, 'what was packed can be read');
  const base = path.resolve(root);
  const relative = (absolute: string) =>
    absolute.startsWith(base + path.sep)
      ? absolute.slice(base.length + path.sep.length)
      : path.relative(base, absolute);
  const states = new Map([...read.states].map(([absolute, state]) => [relative(absolute), state]));
  const isEmpty = records.value.size + read.aliases.length === 0 && read.diagnostics.length === 0;
  const problems = isEmpty ? [withoutRecords(shown, 'remove the file')] : read.diagnostics;
  const isFaulty = problems.some(({ severity }) => severity === 'error');
  return {
    inputs: read.files.map(relative),
    states: new Map(
      [...states].map(([input, state]) => [shownPath(root, input), madeHere(state, content.get(input))]),
    ),
    misread: [...states].flatMap(([input, state]) => (isAsSeen(state, content.get(input)) ? [] : input)),
    modifiedAt: Math.max(0, ...[...states.values()].map(({ modifiedAt }) => modifiedAt)),
    records: records.value,
    places: read.places,
    aliases: isFaulty ? [] : read.aliases,
    recordHashes: read.files.map((absolute) => read.states.get(absolute)?.hash ?? NO_CONTENT),
    // RFC 1035 §5.2: if a part of the file does not load, no part of it is used.
    ...(isFaulty && { withheld: isEmpty ? 'no-records' : 'unsound-records' }),
    problems,
  };
}

/** The state of a file, with what the folder's events told of it. */
function madeHere(state: FileState, seen: SeenFile | undefined): FileState {
  return seen?.madeHere === state.identity ? { ...state, isMadeHere: true } : state;
}
