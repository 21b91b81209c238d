/**
 * ALIAS records of zone files: `@ 300 IN ALIAS shop.cdn.example.net.`, in which PowerDNS, and others as ANAME, say that a name has the
 * addresses of another one. No record of the zone comes of them: control resolves their targets.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, type Result } from '../base/result.ts';
import { octetsKey } from '../base/structures/octets-key.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { canonicalName, isAtOrBelow, nameFromText, nameToText, type WireName } from '../wire/name.ts';
import type { SpottedFault, Token } from './lexer.ts';
import { diagnose, type Fault, type Place } from './place.ts';
import type { PlaceTable } from './place-table.ts';
import type { RecordPack } from './record-pack.ts';

export interface FileAlias {
  /** Lower case. */
  readonly owner: WireName;
  /** Seconds. */
  readonly ttl: number;
  readonly target: WireName;
  readonly place: Place;
}

/** What a zone may have of them; each is a pool of its own. */
const MOST = 1000;

/** Whether a word stands in the place of a type and means such a record. */
export function isAliasWord(word: string): boolean {
  return /^(?:ALIAS|ANAME)$/i.test(word);
}

/** Reads the data of one. */
export function readAliasTarget(
  word: Token,
  [field, extra]: readonly Token[],
  origin: WireName,
): Result<WireName, SpottedFault> {
  const remedy = `Write one name, as in "@ 300 IN ${word.text} shop.cdn.example.net."`;
  if (field === undefined) return fail({ spot: word, message: `${word.text} has no target`, remedy });
  if (extra !== undefined) return fail({ spot: extra, message: `"${extra.text}" is too much`, remedy });
  const target = nameFromText(field.text, origin);
  if (!target.ok) return fail({ spot: field, message: target.problem, remedy });
  const isHost = HOST.test(nameToText(target.value));
  return isHost ? target : fail({ spot: field, message: `"${field.text}" is no name of a host`, remedy });
}

const HOST = /^(?:[\w-]+\.)+$/;

/** What stands beside them in the zone and cannot, and what of them cannot be served. */
export function aliasProblems(
  aliases: readonly FileAlias[],
  records: RecordPack,
  places: PlaceTable,
  origin: WireName,
  hasResolvers: boolean,
): Diagnostic[] {
  if (aliases.length === 0) return [];
  const found: Diagnostic[] = [];
  const tell = (fault: Fault, place: Place | undefined): void => {
    if (found.length < MOST_TOLD) found.push(diagnose('error', fault, place));
  };
  const byOwner = new Map<string, FileAlias>();
  for (const alias of aliases) {
    const before = byOwner.get(octetsKey(alias.owner));
    const fault =
      (hasResolvers ? undefined : NO_RESOLVERS) ??
      (isAtOrBelow(alias.owner, origin) ? undefined : outside(alias)) ??
      (before === undefined ? undefined : twice(alias, before));
    if (fault !== undefined) tell(fault, alias.place);
    byOwner.set(octetsKey(alias.owner), alias);
  }
  for (let record = 0; record < records.size; record++) {
    const type = records.type(record);
    if (!IN_PLACE_OF.includes(type)) continue;
    const alias = byOwner.get(octetsKey(canonicalName(records.owner(record))));
    if (alias !== undefined) tell(beside(alias, type), places.at(record));
  }
  const [tooMany] = aliases.slice(MOST);
  if (tooMany !== undefined) tell(TOO_MANY, tooMany.place);
  return found;
}

/** The problems told of one zone: nobody reads more at once. */
const MOST_TOLD = 20;
const IN_PLACE_OF: readonly number[] = [RRTYPE.A, RRTYPE.AAAA, RRTYPE.CNAME];

const NO_RESOLVERS: Fault = {
  message: 'ALIAS takes a resolver, which the settings do not name',
  remedy: 'Name those to be asked in dnsteer.yaml: "alias: { resolvers: [\'192.0.2.53\'] }"',
};
const TOO_MANY: Fault = {
  message: `Zone has more than ${MOST} ALIAS records`,
  remedy: 'Split the zone by delegation',
};

function outside({ owner }: FileAlias): Fault {
  return {
    message: `${nameToText(owner)} is outside the zone`,
    remedy: 'Correct its name, or put the record into the file of its own zone',
  };
}

function twice({ owner }: FileAlias, { place }: FileAlias): Fault {
  return {
    message: `${nameToText(owner)} has an ALIAS on line ${place.line} already`,
    remedy: 'Keep one: a name has the addresses of one other',
  };
}

function beside({ owner, place }: FileAlias, type: number): Fault {
  return {
    message: `${typeToText(type)} beside the ALIAS of ${nameToText(owner)} on line ${place.line}, which stands in place of A, AAAA and CNAME`,
    remedy: 'Keep one of them',
  };
}
