/** The static records of a zone: those of its `.zone` file, or those that came from its primary. */
import path from 'node:path';
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { shownPath } from '../build/shown-path.ts';
import { originOf } from '../zone/origin.ts';
import { NO_PLACES, type PlaceColumns } from '../zone/place-table.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { ZoneFiles } from './discover.ts';
import type { TransferredPart } from './transferred.ts';
import { readRecords } from './zone-work.ts';

export interface LoadedRecords {
  readonly records: RecordPack;
  readonly places: PlaceColumns;
  readonly diagnostics: readonly Diagnostic[];
  /** The files they come from, relative to the folder. */
  readonly inputs: string[];
}

/** What a zone has of them; nothing where there are neither files nor a primary. */
export async function recordsOf(
  files: ZoneFiles,
  part: TransferredPart | undefined,
  root: string,
): Promise<LoadedRecords | undefined> {
  if (part !== undefined) return transferredRecords(part, files, root);
  return files.records === undefined ? undefined : readFile(files.zone, files.records, root);
}

/** A file beside a transferred zone is not read, and that is told. */
function transferredRecords({ records }: TransferredPart, files: ZoneFiles, root: string): LoadedRecords {
  const unused: Diagnostic = {
    code: 'ZONE_FILE',
    severity: 'warning',
    message: 'The file is not read: the records of this zone are transferred from its primary',
    file: shownPath(root, files.records ?? ''),
    remedy: 'Remove the file, or the zone from the setting "secondary"',
  };
  const diagnostics = files.records === undefined ? [] : [unused];
  return { inputs: [], records: RecordPack.of(records), places: NO_PLACES, diagnostics };
}

async function readFile(zone: string, file: string, root: string): Promise<LoadedRecords> {
  const shown = shownPath(root, file);
  const read = await readRecords({ kind: 'read', origin: originOf(zone), file: shown, root });
  const records = RecordPack.read(read.records);
  assert(records.ok, 'what was packed can be read');
  return {
    records: records.value,
    places: read.places,
    diagnostics: read.diagnostics,
    inputs: read.files.map((absolute) => path.relative(path.resolve(root), absolute)),
  };
}
