/** The keys that a zone is signed with at a time: those in the folder, or those held before while these lack some. */
import type { FolderKey, KeyProblem } from '../../dnssec/keys/kept-key.ts';
import { keyPhase } from '../../dnssec/keys/key-times.ts';
import { pkcs8Of } from '../../dnssec/keys/signing-key.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import type { FailedSigning, SigningKeys } from '../../rpc/zone-signing.ts';
import { originOf } from '../../zone/origin.ts';
import { keySetByTimes, lastChange } from './key-set-by-times.ts';
import { zoneKeysOf } from './zone-keys.ts';

export interface HeldKeys {
  readonly keys: ZoneKeys | FailedSigning;
  /** The keys of the folder that the state was made of. */
  readonly of: readonly FolderKey[];
  /** Why the keys are not those of the folder, or why there are none. */
  readonly problem?: string;
}

/**
 * The state of a zone with these keys in the folder. A key that signs and is gone, or cannot be read any more,
 * stays in use: the last good state goes on until the key is back, or its times say that it has ended.
 */
export function nextState(
  zone: string,
  inFolder: readonly FolderKey[],
  problems: readonly KeyProblem[],
  before: HeldKeys | undefined,
  now: number,
): HeldKeys {
  const lost = lostKeys(inFolder, before?.of ?? [], now);
  const made = stateOf(zone, [...inFolder, ...lost], now);
  const why = problems.map(({ message, file }) => (file === undefined ? message : `${message} (${file})`));
  if (made === undefined) {
    const failed = `There is no key to sign with: ${why[0] ?? whyNone(inFolder, now)}`;
    return { keys: { failed }, of: [], problem: failed };
  }
  if (lost.length === 0) return why.length === 0 ? made : { ...made, problem: why.join('; ') };
  const names = lost.map(({ name }) => name).join(', ');
  const cause = why.length === 0 ? 'the files are gone' : why.join('; ');
  return {
    ...made,
    problem: `${names} cannot be read any more, and stays in use as long as this server runs: ${cause}`,
  };
}

/** The private parts of the keys that sign, for answer processes. */
export function signingKeysOf(zone: string, { keys, of }: HeldKeys): SigningKeys {
  if ('failed' in keys) return { zone, keys: [] };
  const signing = new Set(keys.keys.map(({ dnskey }) => dnskey));
  const base64 = (octets: Uint8Array) => Buffer.from(octets).toString('base64');
  return {
    zone,
    keys: of
      .map(({ key }) => ({ key, tag: key.tag, dnskey: base64(key.dnskey) }))
      .filter(({ dnskey }) => signing.has(dnskey))
      .map(({ key, ...rest }) => ({ ...rest, pkcs8: base64(pkcs8Of(key)) })),
  };
}

/** A state with keys that sign the zone and its keys; `undefined` if there is none. */
function stateOf(zone: string, keys: readonly FolderKey[], now: number): HeldKeys | undefined {
  const set = keySetByTimes(keys, now);
  const signsAll =
    set.dnskeys.some(({ signsKeys }) => signsKeys) && set.dnskeys.some(({ signsZone }) => signsZone);
  if (!signsAll) return undefined;
  const ttl = keys.find((key) => key.ttl !== undefined)?.ttl;
  return { keys: zoneKeysOf(originOf(zone), set, { since: lastChange(keys, now), ttl }), of: keys };
}

/** Keys in use before that are still needed by their times, and are not in the folder. */
function lostKeys(inFolder: readonly FolderKey[], before: readonly FolderKey[], now: number): FolderKey[] {
  const names = new Set(inFolder.map(({ name }) => name));
  return before.filter(({ name, times }) => !names.has(name) && NEEDED.has(keyPhase(times, now)));
}

const NEEDED: ReadonlySet<string> = new Set(['published', 'active', 'inactive']);

function whyNone(keys: readonly FolderKey[], now: number): string {
  if (keys.length === 0) return 'the folder of keys has none for the zone';
  const active = keys.filter(({ times }) => keyPhase(times, now) === 'active');
  if (active.length === 0) return 'by their times none of its keys is active';
  return active.some(({ isKsk }) => isKsk)
    ? 'none of its keys signs records'
    : 'none of its keys signs the keys';
}
