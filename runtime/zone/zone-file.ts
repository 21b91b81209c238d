/**
 * Master files: text in, records and everything that is wrong with it out.
 *
 * RFC 1035 §5 with $TTL (RFC 2308 §4), TTL units as BIND has them, and unknown types and classes
 * (RFC 3597 §5). Neither SOA nor NS need be there: configuration supplies what the file leaves out.
 * Whether the records make a sound zone is for check.ts to say; where files come from, for load.ts.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, type Result } from '../base/result.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { WireName } from '../wire/name.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import { unescapeText } from '../wire/text-field.ts';
import { type Entry, readEntries, type Spot, type SpottedFault, type Token } from './lexer.ts';
import { diagnose, type Fault, type Place, type PlacedRecord } from './place.ts';
import { type RecordBody, readBody, readName, readTtl } from './record-line.ts';

export interface ZoneFileOptions {
  /** What names are relative to until $ORIGIN says otherwise. */
  readonly origin: WireName;
  /** How diagnostics call the text. */
  readonly file?: string;
  /** Seconds for records that neither say nor inherit a TTL. Default: an hour, as NSD and Knot have it. */
  readonly defaultTtl?: number;
  /** Finds what $INCLUDE names; without it there is no $INCLUDE. */
  readonly include?: IncludeReader;
}

/** Finds the text that `target` names when it is included by the file `from`. */
export type IncludeReader = (target: string, from: string | undefined) => Result<IncludedText, Fault>;

export interface IncludedText {
  readonly file: string;
  readonly text: string;
}

export interface ParsedZoneFile {
  readonly records: readonly PlacedRecord[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a master file past whatever is wrong in it, to its end or the hundredth problem. */
export function parseZoneText(text: string, options: ZoneFileOptions): ParsedZoneFile {
  const parser = new ZoneFileParser(options);
  parser.parse(text, { file: options.file, depth: 0, origin: options.origin, owner: undefined });
  return { records: parser.records, diagnostics: parser.diagnostics };
}

const DEFAULT_TTL = 3600;
/** Files included by included files. Real zones use one or two levels, and a cycle must end. */
const MAX_INCLUDE_DEPTH = 10;

/** More help nobody, and a file that includes another thousands of times has no end of them. */
const MAX_PROBLEMS = 100;
const TOO_MANY: Fault = {
  message: 'There are more problems from here on',
  remedy: `Mend the first ${MAX_PROBLEMS}`,
};

/** What ends with the file that set it. */
interface Scope {
  readonly file: string | undefined;
  readonly depth: number;
  origin: WireName;
  /** Of the last record, for those that leave theirs out. */
  owner: WireName | undefined;
}

class ZoneFileParser {
  readonly records: PlacedRecord[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #include: IncludeReader | undefined;
  readonly #fallbackTtl: number;
  /** RFC 2308 §4: $TTL holds for all records after it, behind the end of an included file too. */
  #defaultTtl: number | undefined;
  #lastTtl: number | undefined;

  constructor(options: ZoneFileOptions) {
    this.#include = options.include;
    this.#fallbackTtl = options.defaultTtl ?? DEFAULT_TTL;
  }

  parse(text: string, scope: Scope): void {
    for (const entry of readEntries(text)) {
      const fault = entry.ok ? this.#entry(entry.value, scope) : entry.problem;
      if (this.diagnostics.length > MAX_PROBLEMS) return;
      if (fault !== undefined) this.#report(fault, scope);
    }
  }

  #report(fault: SpottedFault, scope: Scope): void {
    const told = this.diagnostics.length < MAX_PROBLEMS ? fault : { ...fault, ...TOO_MANY };
    this.diagnostics.push(diagnose('error', told, placeOf(fault.spot, scope)));
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
    if (usage === undefined) return unknownDirective(first, name);
    const [, argument, second, third] = tokens;
    const extra = name === '$INCLUDE' ? third : second;
    const remedy = `Write it as in "${usage}"`;
    if (argument === undefined) return { spot: first, message: `${name} stands alone`, remedy };
    if (extra !== undefined)
      return { spot: extra, message: `"${extra.text}" is too much for ${name}`, remedy };
    if (name === '$TTL') return this.#setTtl(argument);
    return name === '$ORIGIN' ? setOrigin(argument, scope) : this.#includeFile(argument, second, scope);
  }

  #setTtl(argument: Token): SpottedFault | undefined {
    const ttl = readTtl(argument);
    if (!ttl.ok) return ttl.problem;
    this.#defaultTtl = ttl.value;
    return undefined;
  }

  /** RFC 1035 §5.1: the file may have its own origin, and never changes that of the file it is in. */
  #includeFile(target: Token, originToken: Token | undefined, scope: Scope): SpottedFault | undefined {
    const origin = originToken === undefined ? undefined : readName(originToken, scope.origin);
    if (origin?.ok === false) return origin.problem;
    if (scope.depth === MAX_INCLUDE_DEPTH) {
      const message = `Files are included more than ${MAX_INCLUDE_DEPTH} levels deep`;
      return { spot: target, message, remedy: 'Look for a file that includes itself' };
    }
    const name = unescapeText(target.text);
    if (!name.ok) return { spot: target, message: name.problem, remedy: 'Write "\\\\" for a backslash' };
    const included = this.#include?.(Buffer.from(name.value).toString(), scope.file) ?? NO_INCLUDE;
    if (!included.ok) return { spot: target, ...included.problem };
    const { file, text } = included.value;
    this.parse(text, {
      file,
      depth: scope.depth + 1,
      origin: origin?.value ?? scope.origin,
      owner: undefined,
    });
    return undefined;
  }

  #record(entry: Entry, scope: Scope): SpottedFault | undefined {
    const { first } = entry;
    if (!entry.isIndented) {
      const owner = readName(first, scope.origin);
      if (!owner.ok) return owner.problem;
      scope.owner = owner.value;
    }
    const { owner, origin } = scope;
    if (owner === undefined) {
      const message = 'There is no record before to take the owner from';
      return { spot: first, message, remedy: 'Begin the line with a name, or "@" for the zone itself' };
    }
    const body = readBody(entry, origin);
    if (!body.ok) return body.problem;
    const { type, rdata } = body.value;
    this.records.push({ owner, type, ttl: this.#ttlOf(body.value), rdata, place: placeOf(first, scope) });
    return undefined;
  }

  /** RFC 2308 §4: what $TTL says; without it, RFC 1035 §5.1: what the last record to say a TTL said. */
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

/** Each with its usage. */
const DIRECTIVES = new Map([
  ['$INCLUDE', '$INCLUDE mail.zone'],
  ['$ORIGIN', '$ORIGIN example.com.'],
  ['$TTL', '$TTL 1h'],
]);

function unknownDirective(spot: Token, name: string): SpottedFault {
  if (name === '$GENERATE') {
    return { spot, message: '$GENERATE is not supported', remedy: 'Write each of its records' };
  }
  const remedy = 'Write $INCLUDE, $ORIGIN or $TTL; in a name that begins with "$" write "\\$"';
  return { spot, message: `Unknown directive "${spot.text}"`, remedy };
}

function setOrigin(argument: Token, scope: Scope): SpottedFault | undefined {
  const origin = readName(argument, scope.origin);
  if (!origin.ok) return origin.problem;
  scope.origin = origin.value;
  return undefined;
}

function placeOf({ line, column }: Spot, { file }: Scope): Place {
  const place = { line: line.number, column, source: line.text };
  return file === undefined ? place : { ...place, file };
}
