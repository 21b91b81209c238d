/** What the times of keys mean: which keys are published, which sign, and whose CDS are there. */
import { fromBase64 } from '../../base/octets-text.ts';
import { DNSKEY_FLAGS } from '../keys/dnskey.ts';
import type { KeySet, PublishedKey } from '../keys/key-set.ts';
import type { ForeignKey } from './roll-policy.ts';
import type { KeyState, RollTimes } from './roll-state.ts';

/** The keys of a zone at a time, by their times. A server that follows agrees with the one that rolls. */
export function keySetOf(keys: readonly KeyState[], foreign: readonly ForeignKey[], now: number): KeySet {
  const used = keys.map((key) => ({ key, ...useOf(key, now) }));
  const shown = used.filter(({ isPublished }) => isPublished).map(published);
  const others = foreign.map(({ tag, dnskey }) => ({
    tag,
    dnskey: fromBase64(dnskey),
    signsKeys: false,
    signsZone: false,
  }));
  const cds = cdsOf(keys, foreign, now);
  return {
    dnskeys: [...shown, ...others],
    unpublished: used.filter(({ isPublished, signsZone }) => !isPublished && signsZone).map(published),
    cds: shown.length === 0 ? 'none' : cds,
  };
}

/** Whether a DS is to point to a key. */
export function hasDs({ role }: KeyState): boolean {
  return role !== 'zsk';
}

/** Whether a key is in the DNSKEY set. */
export function isInDnskey({ publish, activate, delete: deleted }: RollTimes, now: number): boolean {
  return isPast(publish ?? activate, now) && !isPast(deleted, now);
}

interface Use {
  readonly isPublished: boolean;
  readonly signsKeys: boolean;
  readonly signsZone: boolean;
}

function useOf({ role, times }: KeyState, now: number): Use {
  const isPublished = isInDnskey(times, now);
  const isActive = isPast(times.activate, now) && !isPast(times.inactive, now);
  return {
    isPublished,
    signsKeys: isPublished && isActive && role !== 'zsk',
    signsZone: isActive && role !== 'ksk',
  };
}

function published({ key, signsKeys, signsZone }: Use & { readonly key: KeyState }): PublishedKey {
  return { tag: key.tag, dnskey: fromBase64(key.dnskey), signsKeys, signsZone };
}

/** The CDS of other signers' keys stand beside ours, so that their DS stay (RFC 8901 §6.2). */
function cdsOf(keys: readonly KeyState[], foreign: readonly ForeignKey[], now: number): KeySet['cds'] {
  const ours = keys.filter((key) => hasDs(key) && isInDnskey(key.times, now));
  const asked = ours.filter(({ times }) => isAskedFor(times, now)).map(({ tag }) => tag);
  if (asked.length > 0)
    return [
      ...asked,
      ...foreign.filter(({ flags }) => (flags & DNSKEY_FLAGS.SEP) !== 0).map(({ tag }) => tag),
    ];
  const isDeleted = ours.some(
    ({ times }) => times.syncPublish === undefined && isPast(times.syncDelete, now),
  );
  return isDeleted ? 'delete' : 'none';
}

function isAskedFor({ syncPublish, syncDelete }: RollTimes, now: number): boolean {
  return isPast(syncPublish, now) && !isPast(syncDelete, now);
}

function isPast(time: number | undefined, now: number): boolean {
  return time !== undefined && time <= now;
}
