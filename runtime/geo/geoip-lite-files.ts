/**
 * Reads the data files of geoip-lite 2, which hold ranges of addresses, each with a place.
 *
 * dnsteer reads the files itself because the package's own `lookup` returns no range for IPv6, which the ECS
 * scope needs; takes twice the memory; misreads some spellings of IPv6 addresses; and cannot load the
 * countries alone.
 *
 * A row of the files (big-endian; see the package's scripts/updatedb.js):
 *
 *     first address, last address      4 octets each, or 16
 *     city files:     place number     4, position in the file of names
 *                     latitude         4, in 1/10000 degree
 *                     longitude        4
 *                     accuracy         4, not used
 *     country files:  country code     2, ASCII
 *
 * dnsteer uses only the upper 64 bits of IPv6 addresses: where an address shortens its zeros in the middle,
 * the script that writes the files gets the rest wrong, and sometimes the order too.
 */
import { readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DnsteerError } from '../base/errors.ts';
import {
  type FileProblem,
  fileProblemOf,
  fileProblemText,
  readRegularFileSync,
  readTextSync,
  useRegularFileSync,
} from '../base/files/read-file.ts';
import { fail, type Result } from '../base/result.ts';
import { type DifferingPlaces, emptyRow, NOTHING, type RangeRow, RangeTable } from './range-table.ts';

/** `city`: all fields of a location. `country`: country and continent only, in a seventh of the memory. */
export type GeoDetail = 'city' | 'country';

/** The folder of geoip-lite's data: the one in the package, or GEODATADIR. */
export function geoipLiteDirectory(): string {
  // GEODATADIR is relative to the library, as in geoip-lite itself.
  return path.resolve(libraryFolder(), process.env.GEODATADIR ?? '../data');
}

function libraryFolder(): string {
  try {
    return path.dirname(packages.resolve('geoip-lite'));
  } catch {
    throw unreadable('geoip-lite', 'the package is not there');
  }
}

/** When a file of the data was written. */
export function dataWritten(file: string): Date {
  try {
    return statSync(file).mtime;
  } catch (error) {
    return orExplain(file, fail(fileProblemOf(error)));
  }
}

/** The version of the package, which says nothing about the age of its data. */
export function geoipLiteVersion(): string {
  const file = path.resolve(libraryFolder(), '../package.json');
  const text = orExplain(file, readTextSync(file, LIMITS));
  return (JSON.parse(text) as { version: string }).version;
}

/** Ranges of one address family. */
export function rangesFile(detail: GeoDetail, family: 4 | 6): string {
  return `geoip-${detail}${family === 6 ? '6' : ''}.dat`;
}

/** The file of the names of places, for the city files. */
export const NAMES_FILE = 'geoip-city-names.dat';

/**
 * Reads the ranges of one address family. Places are row numbers of the file of names, or country codes in
 * two octets.
 */
export function readRanges(
  directory: string,
  detail: GeoDetail,
  family: 4 | 6,
  differing: DifferingPlaces,
): RangeTable {
  const name = rangesFile(detail, family);
  const rowSize = (family === 4 ? 8 : 32) + (detail === 'city' ? 16 : 2);
  const file = path.join(directory, name);
  const read = useRegularFileSync(file, LIMITS, (descriptor, stats) => {
    const size = Number(stats.size);
    if (size === 0 || size % rowSize !== 0) throw unreadable(file, `its size is no multiple of ${rowSize}`);
    const table = new RangeTable(size / rowSize, differing);
    const row = emptyRow();
    forEachRow(descriptor, rowSize, size, (view, at) => {
      readAddresses(view, at, family, row);
      const isKnown =
        detail === 'city' ? readCity(view, at + rowSize - 16, row) : readCountry(view, at + rowSize - 2, row);
      if (isKnown) table.append(row);
    });
    table.finish();
    return table;
  });
  return orExplain(file, read);
}

/** Reads the file of names; place-names.ts knows its format. */
export function readNames(directory: string): Buffer {
  const file = path.join(directory, NAMES_FILE);
  return orExplain(file, readRegularFileSync(file, LIMITS)).octets;
}

/** Visits all rows through a buffer of one chunk: the largest file has 79 MB, and little of it is kept. */
function forEachRow(
  descriptor: number,
  rowSize: number,
  size: number,
  visit: (view: DataView, at: number) => void,
): void {
  const chunk = new Uint8Array(ROWS_PER_CHUNK * rowSize);
  const view = new DataView(chunk.buffer);
  let held = 0;
  for (let at = 0; at < size; ) {
    const read = readSync(descriptor, chunk, held, Math.min(chunk.length - held, size - at), at);
    if (read === 0) return;
    at += read;
    held += read;
    const whole = held - (held % rowSize);
    for (let row = 0; row < whole; row += rowSize) visit(view, row);
    chunk.copyWithin(0, whole, held);
    held -= whole;
  }
}

function readAddresses(view: DataView, at: number, family: 4 | 6, row: RangeRow): void {
  row.startHigh = view.getUint32(at);
  if (family === 4) {
    row.endHigh = view.getUint32(at + 4);
    row.endLow = 0xffff_ffff;
    return;
  }
  row.startLow = view.getUint32(at + 4);
  row.endHigh = view.getUint32(at + 16);
  row.endLow = view.getUint32(at + 20);
}

function readCity(view: DataView, at: number, row: RangeRow): boolean {
  row.place = view.getUint32(at);
  row.latitude = view.getInt32(at + 4);
  row.longitude = view.getInt32(at + 8);
  // A row without a place is written as the first place of all (in Rwanda) at 0°N 0°E.
  return row.place !== NOTHING && (row.latitude !== 0 || row.longitude !== 0);
}

function readCountry(view: DataView, at: number, row: RangeRow): boolean {
  row.place = view.getUint16(at);
  return row.place !== 0;
}

function orExplain<T>(file: string, read: Result<T, FileProblem>): T {
  if (read.ok) return read.value;
  const text = fileProblemText(read.problem);
  throw unreadable(file, read.problem.kind === 'absent' ? `ENOENT, ${text}` : text);
}

function unreadable(file: string, reason: string): DnsteerError {
  const remedy =
    'Install geoip-lite again, point GEODATADIR to a folder with its data files, or set geo.detail to "country", which needs the files of countries alone, or to "none"';
  return new DnsteerError('START', `Cannot read the geo data ${file}: ${reason}. ${remedy}`);
}

/** The largest file allowed: eight times the largest there is. */
const LIMITS = { mostOctets: 2 ** 30 };
const packages = createRequire(import.meta.url);
const ROWS_PER_CHUNK = 16_384;
