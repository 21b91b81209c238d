/**
 * Reads the words of one entry as a record: `[owner] [TTL] [class] type RDATA`, TTL and class in either
 * order (RFC 1035 §5.1), types and classes also by number (RFC 3597 §5).
 *
 * The owner is read apart from the rest, so that lines which inherit an owner are right even when the
 * rest of the line it comes from is not.
 */
import { fail, ok, type Result } from '../base/result.ts';
import { CLASS, classFromText } from '../wire/iana/class.ts';
import { isDataType, typeFromText } from '../wire/iana/rrtype.ts';
import { nameFromText, type WireName } from '../wire/name.ts';
import { rdataFromFields } from '../wire/rdata/registry.ts';
import { MAX_TTL, ttlFromText } from '../wire/ttl.ts';
import { isAliasWord, readAliasTarget } from './file-alias.ts';
import type { Entry, SpottedFault, Token } from './lexer.ts';

/** A record without its owner. */
export interface RecordBody {
  /** Seconds; `undefined` where the line has no TTL. */
  readonly ttl: number | undefined;
  readonly type: number;
  readonly rdata: Uint8Array;
  /** Of an ALIAS, which is no record: its target. */
  readonly alias?: WireName;
}

/** Reads the name of an owner or an origin. */
export function readOwner(token: Token, origin: WireName): Result<WireName, SpottedFault> {
  if (token.quoted) return refuse(token, `Name "${token.text}" is in quotes`, 'Remove the quotes');
  const name = nameFromText(token.text, origin);
  return name.ok ? name : refuse(token, name.problem, 'Write a name such as "www" or "www.example.com."');
}

/** Reads a time to live. */
export function readTtl(token: Token): Result<number, SpottedFault> {
  const ttl = ttlFromText(token.text);
  if (ttl !== undefined) return ok(ttl);
  const remedy = `Write seconds up to ${MAX_TTL}, or units as in "1h30m"`;
  return refuse(token, `TTL "${token.text}" is no time`, remedy);
}

/** Reads the words after the owner. `takesAliases`: whether an ALIAS may stand there (file-alias.ts). */
export function readBody(
  entry: Entry,
  origin: WireName,
  takesAliases = false,
): Result<RecordBody, SpottedFault> {
  let ttl: number | undefined;
  let hasClass = false;
  for (let at = entry.isIndented ? 0 : 1; ; at++) {
    const token = entry.tokens[at];
    if (token === undefined) {
      return refuse(entry.tokens[at - 1] ?? entry.first, 'Record has no type', 'Write a type and its data');
    }
    if (ttl === undefined && LIKE_A_TTL.test(token.text)) {
      const read = readTtl(token);
      if (!read.ok) return read;
      ttl = read.value;
    } else if (!hasClass && classFromText(token.text) !== undefined) {
      hasClass = true;
      if (classFromText(token.text) !== CLASS.IN) {
        return refuse(token, `Class ${token.text} is not supported`, 'Write IN, or no class at all');
      }
    } else if (takesAliases && isAliasWord(token.text) && !token.quoted) {
      const target = readAliasTarget(token, entry.tokens.slice(at + 1), origin);
      return target.ok ? ok({ ttl, type: NO_TYPE, rdata: NO_RDATA, alias: target.value }) : target;
    } else {
      return readData(entry, at, origin, ttl);
    }
  }
}

/** What no record has. */
const NO_TYPE = 0;
const NO_RDATA = new Uint8Array();

/**
 * A word that looks like a TTL: no type begins with a digit. An address in the place of a type does not
 * match.
 */
const LIKE_A_TTL = /^\d[\da-z]*$/i;

function readData(
  entry: Entry,
  at: number,
  origin: WireName,
  ttl: number | undefined,
): Result<RecordBody, SpottedFault> {
  const token = entry.tokens[at] ?? entry.first;
  const type = typeFromText(token.text);
  if (type === undefined || token.quoted)
    return refuse(token, `Unknown type "${token.text}"`, typeRemedy(entry, token.text));
  if (!isDataType(type)) return refuse(token, `Type ${token.text} is not for records`, 'Remove the record');
  const fields = entry.tokens.slice(at + 1);
  const rdata = rdataFromFields(type, fields, origin);
  if (rdata.ok) return ok({ ttl, type, rdata: rdata.value });
  const { message, field } = rdata.problem;
  return refuse(
    fields[field] ?? fields.at(-1) ?? token,
    message,
    `Mend the data of the ${token.text} record`,
  );
}

/** What PowerDNS and DNS hosters have in their exports, and what no client may ask for. */
const PRIVATE_TYPES = /^(?:ALIAS|ANAME|FLATTEN|LUA|URL|FWD|WEBFWD|REDIRECT)$/i;

/** Those of them that stand for the addresses of another name. */
const ALIASES = /^(?:ALIAS|ANAME|FLATTEN)$/i;

function typeRemedy(entry: Entry, type: string): string {
  if (PRIVATE_TYPES.test(type))
    return `No standard has ${type.toUpperCase()}, which is private to some servers: remove it, and answer the name by a host of a policy${ALIASES.test(type) ? ', from a pool with "alias"' : ''}`;
  const ownerIsType = !entry.isIndented && typeFromText(entry.first.text) !== undefined;
  if (ownerIsType)
    return `Write the owner before "${entry.first.text}": "@" for the zone itself, or a blank for the last one`;
  return 'Check the spelling, or write its number as "TYPE123"';
}

function refuse(spot: Token, message: string, remedy: string): Result<never, SpottedFault> {
  return fail({ spot, message, remedy });
}
