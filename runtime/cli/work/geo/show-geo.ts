/** The geo data of the settings, as `dnsteer geo` shows them. */

import { daysOld, withAge } from '../../../admin/source.ts';
import { fileProblemText, readRegularFileSync } from '../../../base/files/read-file.ts';
import { printable } from '../../../base/printable.ts';
import { fail, type Result } from '../../../base/result.ts';
import type { Config } from '../../../config/config.ts';
import { geoWarnings } from '../../../control/geo/geo-warnings.ts';
import { geoipLiteFacts } from '../../../control/geo/geoip-lite-facts.ts';
import { checkMmdb, type MmdbDescription } from '../../../geo/mmdb-check.ts';
import { MOST_MMDB_OCTETS, mmdbProblemText } from '../../../geo/mmdb-file.ts';
import { formatTable } from '../../table.ts';
import { print, printError, printJson, printNotice } from '../../terminal.ts';

/** Reads and checks all files, and returns the exit code. */
export function showGeo({ files, detail }: Config['geo'], flags: { readonly json?: boolean }): number {
  const found = files.map((file) => ({ file, seen: lookAt(file) }));
  const liteFacts = detail === 'none' ? undefined : geoipLiteFacts(detail);
  const sound = found.flatMap(({ file, seen }) => (seen.ok ? [{ file, ...seen.value }] : []));
  const broken = found.flatMap(({ file, seen }) => (seen.ok ? [] : [{ file, problem: seen.problem }]));
  if (flags.json === true) {
    printJson([...sound.map(withAge), ...broken, ...(liteFacts ? [withAge(liteFacts)] : [])]);
  } else {
    const rows = sound.map(rowOf);
    if (liteFacts) rows.push([liteFacts.name, 'geoip-lite', ...ageCells(liteFacts)]);
    if (rows.length > 0) print(formatTable(COLUMNS, rows).map(printable).join('\n'));
    else print('No geo data: the settings name no files, and geo.detail is none');
    const facts = sound.map(({ file, type, built }) => ({ name: type, file, built }));
    for (const warning of geoWarnings([...facts, ...(liteFacts ? [liteFacts] : [])])) printNotice(warning);
  }
  for (const { file, problem } of broken) printError(mmdbProblemText(file, problem));
  return broken.length > 0 ? 1 : 0;
}

/** A file, read and checked in full. */
export function lookAt(file: string): Result<MmdbDescription> {
  const read = readRegularFileSync(file, { mostOctets: MOST_MMDB_OCTETS });
  return read.ok ? checkMmdb(read.value.octets) : fail(fileProblemText(read.problem));
}

/** What a file is, in a line: `GeoLite2-City of 2026-09-18 (73 days old), 5201113 nodes, …`. */
export function describedMmdb({ type, built, nodes, networks, records }: MmdbDescription): string {
  return `${type} of ${built.slice(0, 10)} (${daysOld(built)} days old), ${nodes} nodes, ${networks} networks, ${records} records`;
}

const right = (title: string) => ({ title, align: 'right' }) as const;
const COLUMNS = [
  { title: 'DATA' },
  { title: 'FROM' },
  { title: 'BUILT' },
  right('DAYS OLD'),
  right('NODES'),
  right('NETWORKS'),
];

function rowOf({
  file,
  type,
  built,
  nodes,
  networks,
}: MmdbDescription & { readonly file: string }): string[] {
  return [type, file, ...ageCells({ built }), String(nodes), String(networks)];
}

/** The files of geoip-lite are dated by their installation: they tell little where the data is older than that. */
function ageCells({ built }: { readonly built?: string }): string[] {
  return built === undefined ? ['before 2020', ''] : [built.slice(0, 10), String(daysOld(built))];
}
