/**
 * The `url` of a pool: where clients over HTTP are sent. It stands among the sets of the pool, as a set of one value
 * whose type is beyond the 16 bits of a type of DNS (RFC 1035 §3.2.2): no query can ask for it, and all kinds of plans
 * choose among URLs as they do among addresses.
 */
import type { DataReader } from '../../base/data-reader.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { compactSet, UNCHECKED } from '../encoded-set.ts';
import type { RecordSet } from '../plan.ts';

/** The type of a set that holds a URL. */
export const URL_TYPE = 0x1_0000;

/** Octets of a URL; a Location of these and a target of HTTP's usual 8 KB still is a header that clients take. */
const MOST_OCTETS = 2048;

/** The sets of a pool with that of its URL. Before a CNAME, which answers every type, the URL comes first. */
export function withUrl(sets: readonly RecordSet[], url: string | undefined, ttl: number): RecordSet[] {
  if (url === undefined) return [...sets];
  const set = compactSet({ type: URL_TYPE, ttl, rdatas: [Buffer.from(url)], slots: [UNCHECKED] });
  return sets.some(({ type }) => type === RRTYPE.CNAME) ? [set, ...sets] : [...sets, set];
}

/** Reads a URL: scheme, host and port, and the path in front of that of requests, without a slash at its end. */
export function readUrl(value: unknown, path: string, reader: DataReader): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && value.length <= MOST_OCTETS ? URL.parse(value) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return reader.refuse(path, 'Must be a URL such as "https://eu.example.com", of 2048 characters at most');
  // RFC 9110 §4.2.4: a URL with a name or password in it is not to be generated.
  if (url.username !== '' || url.password !== '') return reader.refuse(path, 'Must hold no name or password');
  if (url.search !== '' || url.hash !== '')
    return reader.refuse(path, 'Must end with its path: the query is that of each request');
  return url.origin + url.pathname.replace(/\/+$/, '');
}
