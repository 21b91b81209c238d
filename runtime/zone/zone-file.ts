/**
 * Reads master files: text in, records and all faults of the text out.
 *
 * RFC 1035 §5 with $TTL (RFC 2308 §4), TTL units and $GENERATE as BIND has them, and unknown types and
 * classes (RFC 3597 §5). A file may lack SOA and NS: the configuration supplies them. check.ts judges whether
 * the records make a sound zone; load.ts finds the files. This file is long because all directives share the
 * origin, the owner and the TTL of the line before.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, type Result } from '../base/result.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { canonicalName, type WireName } from '../wire/name.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import { unescapeText } from '../wire/text-field.ts';
import type { FileAlias } from './file-alias.ts';
import { Findings } from './findings.ts';
import { readGenerate } from './generate.ts';
import { type Entry, readEntries, type Spot, type SpottedFault, type Token } from './lexer.ts';
import { diagnose, type Fault, type Place, type PlacedRecord } from './place.ts';
import { PlaceTable } from './place-table.ts';
import { type RecordBody, readBody, readOwner, readTtl } from './record-line.ts';
import { RecordPack } from './record-pack.ts';

export interface ZoneFileOptions {
  /** Names are relative to this name until $ORIGIN sets another. */
  readonly origin: WireName;
  /** What diagnostics call the text. */
  readonly file?: string;
  /** Seconds for records that neither say nor inherit a TTL. Default: an hour, as NSD and Knot have it. */
  readonly defaultTtl?: number;
  /** Past so many records reading ends with an error. */
  readonly mostRecords?: number;
  /** Reads the files that $INCLUDE names; without it $INCLUDE is a fault. */
  readonly include?: IncludeReader;
  /** Whether the text may have ALIAS records. Default: no. */
  readonly takesAliases?: boolean;
}

/** Finds the text that `target` names when it is included by the file `from`. */
export type IncludeReader = (target: string, from: string | undefined) => Result<IncludedText, Fault>;

export interface IncludedText {
  readonly file: string;
  readonly text: string;
}

export interface ParsedZone {
  readonly records: RecordPack;
  readonly places: PlaceTable;
  /** ALIAS records, which are none of the zone. */
  readonly aliases: readonly FileAlias[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether reading ended at {@link ZoneFileOptions.mostRecords}. */
  readonly isOverLimit: boolean;
}

/** Reads a master file to its end, past all faults in it. */
export function parseZone(text: string, options: ZoneFileOptions): ParsedZone {
  const parser = new ZoneFileParser(options);
  const { file, origin } = options;
  parser.parse(text, { file, chain: file === undefined ? [] : [file], origin, owner: undefined });
  const { records, places, aliases, findings, isFull } = parser;
  return { records, places, aliases, diagnostics: findings.all(), isOverLimit: isFull };
}

/** Reads a short master file, with records as objects. */
export function parseZoneText(
  text: string,
  options: ZoneFileOptions,
): { readonly records: readonly PlacedRecord[]; readonly diagnostics: readonly Diagnostic[] } {
  const { records, places, diagnostics } = parseZone(text, options);
  const placed = [...records].map((record, index): PlacedRecord => {
    const place = places.at(index);
    return { ...record, ...(place && { place }) };
  });
  return { records: placed, diagnostics };
}

const DEFAULT_TTL = 3600;
/** The deepest level of included files. Real zones use one or two levels, and a cycle must end. */
const MAX_INCLUDE_DEPTH = 10;

/** The most records of a zone, at some 50 octets each; a server must hold at least a million. */
const MAX_RECORDS = 5_000_000;

/** State that ends with the file that set it. */
interface Scope {
  readonly file: string | undefined;
  /** The files that lead here by $INCLUDE, this one last. */
  readonly chain: readonly string[];
  origin: WireName;
  /** Owner of the last record; a line without an owner inherits it. */
  owner: WireName | undefined;
}

class ZoneFileParser {
  readonly records = new RecordPack();
  readonly findings = new Findings();
  readonly places: PlaceTable;
  readonly aliases: FileAlias[] = [];
  readonly #texts = new Map<string | undefined, string>();
  readonly #most: number;
  readonly #include: IncludeReader | undefined;
  readonly #fallbackTtl: number;
  readonly #takesAliases: boolean;
  /** RFC 2308 §4: $TTL holds for all records after it, even past the end of an included file. */
  #defaultTtl: number | undefined;
  #lastTtl: number | undefined;

  constructor(options: ZoneFileOptions) {
    this.places = new PlaceTable((file) => this.#texts.get(file) ?? '');
    this.#most = options.mostRecords ?? MAX_RECORDS;
    this.#include = options.include;
    this.#takesAliases = options.takesAliases === true;
    this.#fallbackTtl = options.defaultTtl ?? DEFAULT_TTL;
  }

  parse(text: string, scope: Scope): void {
    this.#texts.set(scope.file, text);
    for (const entry of readEntries(text)) {
      const fault = entry.ok ? this.#entry(entry.value, scope) : entry.problem;
      if (this.isFull) return;
      if (fault !== undefined) this.findings.add(diagnose('error', fault, placeOf(fault.spot, scope)));
    }
  }

  /** Whether there are too many records; reading stops then. */
  get isFull(): boolean {
    return this.records.size > this.#most;
  }

  #entry(entry: Entry, scope: Scope): SpottedFault | undefined {
    const { first } = entry;
    return first.text.startsWith('$') && !first.quoted
      ? this.#directive(entry, scope)
      : this.#record(entry, scope);
  }

  #directive({ first, tokens }: Entry, scope: Scope): SpottedFault | undefined {
    const name = first.text.toUpperCase();
    const usage = DIRECTIVES.get(name);
    if (usage === undefined) return unknownDirective(first);
    if (name === '$GENERATE') return this.#generate(first, tokens.slice(1), scope);
    const [, argument, second, third] = tokens;
    const extra = name === '$INCLUDE' ? third : second;
    const remedy = `Write it as in "${usage}"`;
    if (argument === undefined) return { spot: first, message: `${name} stands alone`, remedy };
    if (extra !== undefined)
      return { spot: extra, message: `"${extra.text}" is too much for ${name}`, remedy };
    if (name === '$TTL') return this.#setTtl(argument);
    return name === '$ORIGIN' ? setOrigin(argument, scope) : this.#includeFile(argument, second, scope);
  }

  /** Reads $GENERATE; its first faulty record ends it, as most of the others would have the same fault. */
  #generate(spot: Token, words: readonly Token[], scope: Scope): SpottedFault | undefined {
    const lines = readGenerate(spot, words);
    if (!lines.ok) return lines.problem;
    const { owner } = scope;
    for (const line of lines.value) {
      if (!line.ok) return { spot, message: line.problem, remedy: 'Mend the modifier' };
      const [entry] = readEntries(line.value);
      const fault = entry?.ok ? this.#record(entry.value, scope, spot) : entry?.problem;
      if (fault !== undefined) return { ...fault, spot, message: `${fault.message}, in "${line.value}"` };
      if (this.isFull) break;
    }
    scope.owner = owner;
    return undefined;
  }

  #setTtl(argument: Token): SpottedFault | undefined {
    const ttl = readTtl(argument);
    if (!ttl.ok) return ttl.problem;
    this.#defaultTtl = ttl.value;
    return undefined;
  }

  /**
   * RFC 1035 §5.1: an included file may have its own origin, and never changes the origin of the including
   * file.
   */
  #includeFile(target: Token, originToken: Token | undefined, scope: Scope): SpottedFault | undefined {
    const origin = originToken === undefined ? undefined : readOwner(originToken, scope.origin);
    if (origin?.ok === false) return origin.problem;
    if (scope.chain.length > MAX_INCLUDE_DEPTH) {
      const message = `Files are included more than ${MAX_INCLUDE_DEPTH} levels deep`;
      return { spot: target, message, remedy: 'Include them from fewer files' };
    }
    const name = unescapeText(target.text);
    if (!name.ok) return { spot: target, message: name.problem, remedy: 'Write "\\\\" for a backslash' };
    const included = this.#include?.(Buffer.from(name.value).toString(), scope.file) ?? NO_INCLUDE;
    if (!included.ok) return { spot: target, ...included.problem };
    const { file, text } = included.value;
    if (scope.chain.includes(file)) {
      const message = `File includes itself: ${[...scope.chain.slice(scope.chain.indexOf(file)), file].join(' → ')}`;
      return { spot: target, message, remedy: 'Remove one $INCLUDE of the circle' };
    }
    this.parse(text, {
      file,
      chain: [...scope.chain, file],
      origin: origin?.value ?? scope.origin,
      owner: undefined,
    });
    return undefined;
  }

  /** Reads one record; faults of a generated one point at `spot`. */
  #record(entry: Entry, scope: Scope, spot: Token = entry.first): SpottedFault | undefined {
    const { first } = entry;
    if (!entry.isIndented) {
      const owner = readOwner(first, scope.origin);
      if (!owner.ok) return owner.problem;
      scope.owner = owner.value;
    }
    const { owner, origin } = scope;
    if (owner === undefined) {
      const message = 'There is no record before to take the owner from';
      return { spot: first, message, remedy: 'Begin the line with a name, or "@" for the zone itself' };
    }
    const body = readBody(entry, origin, this.#takesAliases);
    if (!body.ok) return body.problem;
    const { type, rdata, alias } = body.value;
    if (this.isFull) return undefined;
    if (alias !== undefined) {
      const ttl = this.#ttlOf(body.value);
      this.aliases.push({ owner: canonicalName(owner), ttl, target: alias, place: placeOf(spot, scope) });
      return undefined;
    }
    this.records.add(owner, type, this.#ttlOf(body.value), rdata);
    this.places.add(scope.file, spot.line.number, spot.column);
    if (this.isFull) this.findings.add(diagnose('error', tooMany(this.#most), placeOf(spot, scope)));
    return undefined;
  }

  /**
   * A record without a TTL gets the one of $TTL (RFC 2308 §4), or else the last stated TTL (RFC 1035 §5.1).
   */
  #ttlOf({ ttl, type, rdata }: RecordBody): number {
    if (ttl !== undefined) {
      this.#lastTtl = ttl;
      return ttl;
    }
    // RFC 1035 §3.3.13: before there was $TTL, the minimum of an SOA was the zone's default.
    if (type === RRTYPE.SOA && this.#lastTtl === undefined) this.#defaultTtl ??= soaFromRdata(rdata)?.minimum;
    return this.#defaultTtl ?? this.#lastTtl ?? this.#fallbackTtl;
  }
}

const NO_INCLUDE: Result<never, Fault> = fail({
  message: '$INCLUDE is not possible here',
  remedy: 'Write the records in this text',
});

/** Directives, each with its usage. */
const DIRECTIVES = new Map([
  ['$GENERATE', '$GENERATE 1-100 host$ A 192.0.2.$'],
  ['$INCLUDE', '$INCLUDE mail.zone'],
  ['$ORIGIN', '$ORIGIN example.com.'],
  ['$TTL', '$TTL 1h'],
]);

function tooMany(most: number): Fault {
  return { message: `Zone has more than ${most} records`, remedy: 'Split the zone by delegation' };
}

function unknownDirective(spot: Token): SpottedFault {
  const known = [...DIRECTIVES.keys()].join(', ');
  const remedy = `Write one of ${known}; in a name that begins with "$" write "\\$"`;
  return { spot, message: `Unknown directive "${spot.text}"`, remedy };
}

function setOrigin(argument: Token, scope: Scope): SpottedFault | undefined {
  const origin = readOwner(argument, scope.origin);
  if (!origin.ok) return origin.problem;
  scope.origin = origin.value;
  return undefined;
}

function placeOf({ line, column }: Spot, { file }: Scope): Place {
  const place = { line: line.number, column, source: line.text };
  return file === undefined ? place : { ...place, file };
}
