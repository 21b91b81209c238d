/**
 * Reads zone files with records that are no DNS: `DYNA geoip!www` of gdnsd, `LUA A "…"` of PowerDNS.
 *
 * Such a record is carried through the reader of all zone files as one of a private type (RFC 6895 §3.1), with its words
 * in the data, so that owners, TTLs, origins and included files are what they are for every record.
 */
import path from 'node:path';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { fail, ok } from '../base/result.ts';
import { classFromText } from '../wire/iana/class.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { splitFields, unescapeText } from '../wire/text-field.ts';
import { type Entry, readEntries } from '../zone/lexer.ts';
import type { PlacedRecord } from '../zone/place.ts';
import { parseZoneText } from '../zone/zone-file.ts';
import type { ImportResult } from './imported.ts';
import type { SourcePlace } from './report.ts';

/** A record that no standard has. */
export interface SpecialRecord {
  readonly owner: WireName;
  readonly place: SourcePlace;
  /** Upper case: `DYNA`. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** The TTL as it was written, if it was: `600/10`. */
  readonly ttlText: string | undefined;
  /** What stands behind the type, with no escapes left. */
  readonly words: readonly string[];
}

export interface ZoneSource {
  readonly records: readonly PlacedRecord[];
  readonly special: readonly SpecialRecord[];
  /** The text of the file itself. */
  readonly text: string;
}

export interface ZoneSourceOptions {
  readonly file: string;
  readonly origin: WireName;
  /** Types that are no DNS, upper case. */
  readonly special: ReadonlySet<string>;
  readonly defaultTtl: number;
  /** Rewrites a text before it is read, line by line. */
  readonly prepare?: (text: string) => string;
}

/** The most octets of one file that is imported. */
export const MOST_IMPORT_OCTETS = 64 * 2 ** 20;

const CARRIER = 65_280;

/** Reads a zone file and what it includes. */
export function readZoneSource(options: ZoneSourceOptions): ImportResult<ZoneSource> {
  const { file, origin, special, defaultTtl, prepare = (text: string) => text } = options;
  const read = (name: string) => {
    const found = readTextSync(name, { mostOctets: MOST_IMPORT_OCTETS });
    return found.ok ? ok({ file: name, text: carrySpecial(prepare(found.value), special) }) : found;
  };
  const main = read(file);
  if (!main.ok) return fail([unreadableImport(file, fileProblemText(main.problem))]);
  const { records, diagnostics } = parseZoneText(main.value.text, {
    origin,
    file,
    defaultTtl,
    include: (target, from = file) => {
      const included = read(path.resolve(path.dirname(from), target));
      const remedy = 'Name a file that can be read';
      return included.ok
        ? included
        : fail({ message: `${target}: ${fileProblemText(included.problem)}`, remedy });
    },
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return fail(errors);
  const isCarried = ({ type }: ResourceRecord) => type === CARRIER;
  return ok({
    records: records.filter((record) => !isCarried(record)),
    special: records.filter(isCarried).map((record) => specialOf(record, file)),
    text: main.value.text,
  });
}

/** What is told of a file that cannot be read. */
export function unreadableImport(file: string, why: string) {
  const message = `Cannot read ${file}: ${why}`;
  return { code: 'IMPORT', severity: 'error', message, remedy: 'Name a file that can be read' } as const;
}

/** The line and file of a record. */
export function placeOfRecord({ place }: PlacedRecord, file: string): SourcePlace {
  return { file: place?.file ?? file, line: place?.line ?? 1 };
}

interface Carried {
  readonly type: string;
  readonly ttlText: string | undefined;
  readonly words: readonly string[];
}

function specialOf(record: PlacedRecord, file: string): SpecialRecord {
  const carried = JSON.parse(Buffer.from(record.rdata).toString()) as Carried;
  return { owner: record.owner, ttl: record.ttl, place: placeOfRecord(record, file), ...carried };
}

/** Puts a record of a private type in the place of each special one, on the same line. */
function carrySpecial(text: string, special: ReadonlySet<string>): string {
  const lines = text.split(/\r?\n/);
  let end: { from: number; line: string } | undefined;
  const close = (next: number) => {
    if (end === undefined) return;
    lines.fill('', end.from, next);
    lines[end.from] = end.line;
    end = undefined;
  };
  for (const entry of readEntries(text)) {
    const first = (entry.ok ? entry.value.first : entry.problem.spot).line.number - 1;
    close(first);
    const line = entry.ok ? carrierLine(entry.value, special) : undefined;
    if (line !== undefined) end = { from: first, line };
  }
  close(lines.length);
  return lines.join('\n');
}

const LIKE_A_TTL = /^\d[\da-z]*(?:\/\d[\da-z]*)?$/i;

function carrierLine({ tokens, isIndented }: Entry, special: ReadonlySet<string>): string | undefined {
  let at = isIndented ? 0 : 1;
  let ttlText: string | undefined;
  for (; at < tokens.length; at++) {
    const word = tokens[at]?.text ?? '';
    if (LIKE_A_TTL.test(word)) ttlText = word;
    else if (classFromText(word) === undefined) break;
  }
  const type = tokens[at]?.text.toUpperCase() ?? '';
  if (!special.has(type)) return undefined;
  const words = tokens.slice(at + 1).map(({ text }) => plainText(text));
  const data = Buffer.from(JSON.stringify({ type, ttlText, words } satisfies Carried));
  const owner = isIndented ? '' : (tokens[0]?.text ?? '');
  const ttl = ttlText?.split('/')[0] ?? '';
  return `${owner} ${ttl} TYPE${CARRIER} \\# ${data.length} ${data.toString('hex')}`;
}

function plainText(text: string): string {
  const octets = unescapeText(text);
  return octets.ok ? Buffer.from(octets.value).toString() : text;
}

/** A name as it is below its zone: `@`, `www`, `*.app`; lower case. */
export function relativeName(name: WireName, zone: WireName): string {
  const [text, apex] = [nameToText(name).toLowerCase(), nameToText(zone).toLowerCase()];
  if (text === apex) return '@';
  return text.endsWith(`.${apex}`) ? text.slice(0, -apex.length - 1) : text;
}

/** Words of a value that has several, as zone files split them. */
export function wordsOf(text: string): readonly string[] {
  const fields = splitFields(text);
  return fields.ok ? fields.value.map((field) => plainText(field.text)) : [text];
}
