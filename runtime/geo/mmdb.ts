/**
 * Locates addresses by an MMDB file, the format of MaxMind, DB-IP, IPinfo and others. mmdb-lib reads what the file says of
 * itself, and each of its records once; the networks of its tree become a table of ranges, as those of geoip-lite do, in
 * which the prefix of any field is found and a place costs a look into a cache.
 */
import { Reader, type Response } from 'mmdb-lib';
import { DnsteerError } from '../base/errors.ts';
import { contentHash } from '../base/files/content-hash.ts';
import { fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import { addressToText } from '../base/net/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { locatedSource } from './located-source.ts';
import { differingFields, type GeoSource, type Location } from './location.ts';
import { locationOfRecord } from './mmdb-record.ts';
import { MmdbTree, type TreeShape } from './mmdb-tree.ts';
import { type Places, RangeLocator } from './range-locator.ts';
import { emptyRow, NOTHING, RangeTable } from './range-table.ts';

/** What a file says of itself. */
export interface MmdbDescription {
  readonly file: string;
  /** `GeoLite2-City` */
  readonly type: string;
  readonly built: Date;
  /** Of its content. */
  readonly hash: string;
}

/** @throws {DnsteerError} if the file cannot be read, or is no sound MMDB file. */
export function createMmdbSource(file: string): GeoSource {
  return orExplain(file, sourceOf(file));
}

/**
 * Looks at a file: whether it was written to its end, and its tree is one whose networks have data; of these, some. Takes half
 * a second for the largest files; for one that is as it was `before`, the time to read it. @throws as {@link createMmdbSource}.
 */
export function checkMmdb(file: string, before?: MmdbDescription): MmdbDescription {
  const opened = orExplain(file, openMmdb(file));
  const hash = contentHash(opened.octets);
  if (before?.hash === hash && before.file === file) return before;
  const problem = problemOf(opened);
  if (problem !== undefined) orExplain(file, fail(problem));
  const { databaseType, buildEpoch } = opened.reader.metadata;
  return { file, type: databaseType, built: buildEpoch, hash };
}

/** Of so many networks, the record of one is read. */
const ONE_OF = 64;

function problemOf({ octets, shape, reader }: Opened): string | undefined {
  try {
    const tree = new MmdbTree(octets, shape);
    let networks = 0;
    for (const family of [4, 6] as const) {
      const isTree = tree.visit(family, (high, low) => {
        if (networks % ONE_OF === 0) reader.get(textOf(family, high, low, tree.lower));
        networks += 1;
      });
      if (!isTree) return NO_TREE;
    }
    return undefined;
  } catch (error) {
    return `${CUT} (${(error as Error).message})`;
  }
}

interface Opened {
  readonly reader: Reader<Response>;
  readonly octets: Buffer;
  readonly shape: TreeShape;
}

/** City files of MaxMind have 60 MB. */
const LIMITS = { mostOctets: 2 ** 30 };
/** Between tree and data. */
const SEPARATOR = 16;
const NO_TREE = 'its nodes are no tree';
const CUT = 'it was not written to its end, or is no MMDB file';

function openMmdb(file: string): Result<Opened> {
  const read = readRegularFileSync(file, LIMITS);
  if (!read.ok) return fail(fileProblemText(read.problem));
  const { octets } = read.value;
  if (!octets.includes(MARKER)) return fail(CUT);
  let reader: Reader<Response>;
  try {
    reader = new Reader<Response>(octets);
  } catch (error) {
    return fail(`${CUT} (${(error as Error).message})`);
  }
  const { binaryFormatMajorVersion, nodeCount, recordSize, ipVersion, searchTreeSize } = reader.metadata;
  if (binaryFormatMajorVersion !== 2)
    return fail(`its format is ${binaryFormatMajorVersion}, and 2 is known here`);
  const isShape =
    (recordSize === 24 || recordSize === 28 || recordSize === 32) && (ipVersion === 4 || ipVersion === 6);
  if (!isShape || !Number.isInteger(nodeCount) || searchTreeSize + SEPARATOR > octets.length)
    return fail(CUT);
  return ok({ reader, octets, shape: { nodes: nodeCount, recordSize, family: ipVersion } });
}

/** Begins what a file says of itself, at its end. */
const MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');

function sourceOf(file: string): Result<GeoSource> {
  const opened = openMmdb(file);
  if (!opened.ok) return opened;
  const places = new MmdbPlaces(opened.value.reader);
  const ipv4 = tableOf(4, opened.value, places);
  if (!ipv4.ok) return ipv4;
  const ipv6 = tableOf(6, opened.value, places);
  if (!ipv6.ok) return ipv6;
  return ok(
    locatedSource(new RangeLocator(ipv4.value, places.meaning), new RangeLocator(ipv6.value, places.meaning)),
  );
}

function tableOf(family: 4 | 6, { octets, shape }: Opened, places: MmdbPlaces): Result<RangeTable> {
  try {
    const tree = new MmdbTree(octets, shape);
    let networks = 0;
    if (!tree.visit(family, () => (networks += 1))) return fail(NO_TREE);
    const table = new RangeTable(networks, places.differing);
    const row = emptyRow();
    tree.visit(family, (high, low, length, record) => {
      row.startHigh = high;
      row.startLow = low;
      row.endHigh = (high | hostBits(length)) >>> 0;
      row.endLow = (low | hostBits(length - 32)) >>> 0;
      row.place = places.placeOf(record, () => textOf(family, high, low, tree.lower));
      if (row.place !== NOTHING) table.append(row);
    });
    table.finish();
    return ok(table);
  } catch (error) {
    return fail(`${CUT} (${(error as Error).message})`);
  }
}

/** The bits of a word that are behind the first `length`. */
function hostBits(length: number): number {
  if (length >= 32) return 0;
  return length <= 0 ? 0xffff_ffff : 0xffff_ffff >>> length;
}

/** The records of a file, each read once, by the numbers that stand for them in the table. */
class MmdbPlaces {
  readonly #reader: Reader<Response>;
  readonly #locations: Location[] = [];
  readonly #countries: number[] = [];
  readonly #byRecord = new Map<number, number>();
  readonly #byText = new Map<string, number>();

  constructor(reader: Reader<Response>) {
    this.#reader = reader;
  }

  readonly meaning: Places = {
    hasCoordinates: false,
    country: (place) => this.#countries[place] ?? 0,
    location: (table, segment) => this.#at(table.place(segment)),
    differing: (one, other) => this.differing(one, other),
  };

  readonly differing = (one: number, other: number): number =>
    differingFields(this.#at(one), this.#at(other));

  /** The number of what a record says, which an address has; NOTHING if that is nothing. */
  placeOf(record: number, address: () => string): number {
    let place = this.#byRecord.get(record);
    if (place === undefined) {
      place = this.#numberOf(locationOfRecord(this.#reader.get(address())));
      this.#byRecord.set(record, place);
    }
    return place;
  }

  /** Many records say the same of what is looked at. */
  #numberOf(location: Location): number {
    if (Object.keys(location).length === 0) return NOTHING;
    const text = JSON.stringify(location);
    let place = this.#byText.get(text);
    if (place === undefined) {
      place = this.#locations.push(location) - 1;
      const { country } = location;
      this.#countries.push(country === undefined ? 0 : country.charCodeAt(0) * 256 + country.charCodeAt(1));
      this.#byText.set(text, place);
    }
    return place;
  }

  #at(place: number): Location {
    return this.#locations[place] ?? NOWHERE;
  }
}

const NOWHERE: Location = {};

function textOf(family: 4 | 6, high: number, low: number, lower: Uint32Array): string {
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, high);
  if (family === 6) for (const [at, word] of [low, ...lower].entries()) view.setUint32(4 + 4 * at, word);
  return addressToText({ family, bytes });
}

function orExplain<T>(file: string, read: Result<T>): T {
  if (read.ok) return read.value;
  const remedy = 'Fetch it again, or name another under geo.files';
  throw new DnsteerError('START', `Cannot read the geo data ${file}: ${read.problem}. ${remedy}`);
}
