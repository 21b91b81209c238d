/** Which lines of a recording can be decided again as they were. */
import type { RecordedLine } from '../rpc/recorded-line.ts';

/** Codes by which a server says that it was asked nothing it can answer: what was wrong with the query is not recorded. */
const NO_QUERY: ReadonlySet<string> = new Set(['FORMERR', 'NOTIMP', 'BADVERS', 'BADCOOKIE']);

/** What a server answers of its keys, which are its own. */
const OF_KEYS: ReadonlySet<string> = new Set(['DNSKEY', 'CDS', 'CDNSKEY', 'RRSIG', 'NSEC', 'NSEC3PARAM']);

/**
 * Not those whose policy read the whole address of the client, of which only the network was recorded; nor those that went
 * by what operators said, which no file of the folder has.
 */
export function isReplayable({ unreplayable, client, rcode, type }: RecordedLine): boolean {
  const isKnown = unreplayable === undefined || (unreplayable === 'address' && !client.includes('/'));
  return isKnown && !NO_QUERY.has(rcode) && !OF_KEYS.has(type);
}
