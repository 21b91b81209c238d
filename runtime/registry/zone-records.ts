/** The static records of a zone: from its `.zone` file, or from its primary. */
import path from 'node:path';
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { shownPath } from '../build/shown-path.ts';
import { originOf } from '../zone/origin.ts';
import { NO_PLACES } from '../zone/place-table.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { ZoneFiles } from './discover.ts';
import type { FolderContent } from './folder/content.ts';
import { readRecords } from './record-tasks.ts';
import type { TransferredPart } from './transferred.ts';
import type { StaticRecords } from './zone-version.ts';

interface LoadedRecords extends StaticRecords {
  readonly problems: readonly Diagnostic[];
  /** The files that the records come from, relative to the folder. */
  readonly inputs: readonly string[];
}

/** Reads the static records. `part`: the records from the zone's primary, if it has one. */
export async function staticRecords(
  files: ZoneFiles,
  content: FolderContent,
  part: TransferredPart | undefined,
  root: string,
): Promise<LoadedRecords> {
  if (part !== undefined) return transferredRecords(part, files, root);
  return files.records === undefined ? noRecords() : readFile(files.zone, files.records, content, root);
}

/** Marks of a version whose records come from a primary. */
export function transferredFlags(
  part: TransferredPart | undefined,
): Pick<StaticRecords, 'isTransferred' | 'withheld'> {
  if (part === undefined) return {};
  return { isTransferred: true, ...(part.withheld !== undefined && { withheld: part.withheld }) };
}

function noRecords(): LoadedRecords {
  return { inputs: [], records: new RecordPack(), places: NO_PLACES, recordHashes: [], problems: [] };
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

async function readFile(
  zone: string,
  file: string,
  content: FolderContent,
  root: string,
): Promise<LoadedRecords> {
  const shown = shownPath(root, file);
  const read = await readRecords({ kind: 'read', origin: originOf(zone), file: shown, root });
  const records = RecordPack.read(read.records);
  assert(records.ok, 'what was packed can be read');
  const isEmpty = records.value.size === 0 && read.diagnostics.length === 0;
  const problems = isEmpty ? [withoutRecords(shown)] : read.diagnostics;
  const isFaulty = problems.some(({ severity }) => severity === 'error');
  const inputs = read.files.map((absolute) => path.relative(path.resolve(root), absolute));
  return {
    inputs,
    states: read.states,
    records: records.value,
    places: read.places,
    recordHashes: inputs.map((input) => content.get(input)?.hash ?? ''),
    // RFC 1035 §5.2: if a part of the file does not load, no part of it is used.
    ...(isFaulty && { withheld: 'unsound-records' }),
    problems,
  };
}

/**
 * A file that is being written is empty at first. BIND, NSD and Knot refuse such a file as well; RFC 1035 §5.2 asks
 * that no part of a zone is used whose file does not load as a whole.
 */
function withoutRecords(file: string): Diagnostic {
  return {
    code: 'ZONE_FILE',
    severity: 'error',
    message: 'The file holds no record',
    file,
    remedy: 'Write its records, or remove the file; an empty file never replaces records that are served',
  };
}
