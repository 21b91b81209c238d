/** Which keys of a zone are published, and which sign, by the times in their files alone. */
import { DNSKEY_FLAGS } from '../../dnssec/keys/dnskey.ts';
import type { FolderKey } from '../../dnssec/keys/kept-key.ts';
import type { KeySet } from '../../dnssec/keys/key-set.ts';
import { keyPhase } from '../../dnssec/keys/key-times.ts';

/** The keys at a time, in seconds since 1970: from key files that are equal all servers make an equal set. */
export function keySetByTimes(keys: readonly FolderKey[], now: number): KeySet {
  const published = keys.filter(({ times }) => PUBLISHED.has(keyPhase(times, now)));
  return {
    dnskeys: published.map(({ key, times, isKsk, isZsk }) => {
      const isActive = keyPhase(times, now) === 'active';
      return { tag: key.tag, dnskey: key.dnskey, signsKeys: isActive && isKsk, signsZone: isActive && isZsk };
    }),
    unpublished: [],
    cds: published.filter((key) => isForParent(key, now)).map(({ key }) => key.tag),
  };
}

/** When the keys last changed by their times; 0 where these say nothing. */
export function lastChange(keys: readonly FolderKey[], now: number): number {
  const all = keys.flatMap(({ times }) => [
    times.publish,
    times.activate,
    times.inactive,
    times.delete,
    times.syncPublish,
    times.syncDelete,
  ]);
  return Math.max(0, ...all.filter((time) => time !== undefined && time <= now).map(Number));
}

const PUBLISHED: ReadonlySet<string> = new Set(['published', 'active', 'inactive']);

/** Whether the parent is asked for a DS of this key (RFC 7344 §4). */
function isForParent({ key, times }: FolderKey, now: number): boolean {
  const { syncPublish, syncDelete } = times;
  if ((key.flags & DNSKEY_FLAGS.SEP) === 0 || syncPublish === undefined || syncPublish > now) return false;
  return syncDelete === undefined || syncDelete > now;
}
