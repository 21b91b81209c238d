/** The text of `.key` files, the public halves of keys: a DNSKEY record below comments for people. */
import { ok, type Result } from '../../base/result.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { nameToText, ROOT, type WireName } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import { type Entry, readEntries, type SpottedFault } from '../../zone/lexer.ts';
import { readBody, readOwner } from '../../zone/record-line.ts';
import { DNSKEY_FLAGS, keyTag, readDnskey } from './dnskey.ts';
import { COPY_AGAIN, type KeyFault, unreadableKey } from './key-fault.ts';
import { type KeyTimes, TIME_NAMES, timeToText } from './key-times.ts';

export interface PublicFile {
  readonly owner: WireName;
  /** Seconds; where it is there, BIND's tools give it to the DNSKEY records. */
  readonly ttl: number | undefined;
  /** RDATA. */
  readonly dnskey: Uint8Array;
}

export function readPublicFile(text: string): Result<PublicFile, KeyFault> {
  let found: Entry | undefined;
  for (const entry of readEntries(text)) {
    if (!entry.ok) return spotted(entry.problem);
    if (found !== undefined) {
      const remedy = 'Keep the record of one key in each file';
      return unreadableKey('The file has two records', remedy, entry.value.first.line.number);
    }
    found = entry.value;
  }
  return found === undefined ? unreadableKey('The file has no DNSKEY record', COPY_AGAIN) : recordOf(found);
}

export function writePublicFile({ owner, ttl, dnskey }: PublicFile, times: KeyTimes): string {
  const isEntry = ((dnskey[1] ?? 0) & DNSKEY_FLAGS.SEP) !== 0;
  const zone = nameToText(owner);
  const notes = [`This is a ${isEntry ? 'key' : 'zone'}-signing key, keyid ${keyTag(dnskey)}, for ${zone}`];
  for (const [field, name] of TIME_NAMES) {
    const time = times[field];
    if (time !== undefined)
      notes.push(`${name}: ${timeToText(time)} (${new Date(time * 1000).toUTCString()})`);
  }
  const record = [
    zone,
    ...(ttl === undefined ? [] : [String(ttl)]),
    'IN DNSKEY',
    rdataToText(RRTYPE.DNSKEY, dnskey),
  ];
  return `${[...notes.map((note) => `; ${note}`), record.join(' ')].join('\n')}\n`;
}

function recordOf(entry: Entry): Result<PublicFile, KeyFault> {
  const line = entry.first.line.number;
  if (entry.isIndented) return unreadableKey('The record has no owner', 'Write the name of the zone', line);
  // Some tools leave out the final dot.
  const owner = readOwner(entry.first, ROOT);
  if (!owner.ok) return spotted(owner.problem);
  const body = readBody(entry, ROOT);
  if (!body.ok) return spotted(body.problem);
  const { type, rdata: dnskey, ttl } = body.value;
  if (type !== RRTYPE.DNSKEY || readDnskey(dnskey) === undefined) {
    return unreadableKey('The record is no DNSKEY of a zone', 'Name the .key file of a zone', line);
  }
  return ok({ owner: owner.value, ttl, dnskey });
}

function spotted({ message, remedy, spot }: SpottedFault): ReturnType<typeof unreadableKey> {
  return unreadableKey(message, remedy, spot.line.number);
}
