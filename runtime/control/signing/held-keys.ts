/** The keys that a zone is signed with: those that the engine of rolls names, as far as their private halves are here. */
import { toBase64 } from '../../base/octets-text.ts';
import type { FolderKey, KeyProblem } from '../../dnssec/keys/kept-key.ts';
import type { KeySet, PublishedKey } from '../../dnssec/keys/key-set.ts';
import { keyPhase } from '../../dnssec/keys/key-times.ts';
import { pkcs8Of } from '../../dnssec/keys/signing-key.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import type { FailedSigning, SigningKeys } from '../../rpc/zone-signing.ts';
import { originOf } from '../../zone/origin.ts';
import { zoneKeysOf } from './zone-keys.ts';

export interface HeldKeys {
  readonly keys: ZoneKeys | FailedSigning;
  /** The keys with their private halves. */
  readonly of: readonly FolderKey[];
  /** Why the keys are not those of the folder, or why there are none. */
  readonly problem?: string;
}

export interface Holding {
  readonly zone: string;
  readonly set: KeySet;
  readonly inFolder: readonly FolderKey[];
  /** What is wrong with the zone's keys in the folder. */
  readonly problems: readonly KeyProblem[];
  readonly before: HeldKeys | undefined;
  readonly since: number;
  /** Why there is no key to sign with, if there is none. */
  readonly why: string | undefined;
  /** Whether another server makes the keys, and this one follows the files. */
  readonly follows: boolean;
}

/**
 * The keys of a zone. A key that signs and is gone, or cannot be read any more, stays in use: the last good state
 * goes on until the key is back, or a roll has ended it.
 */
export function holdKeys({ zone, set, inFolder, problems, before, since, why, follows }: Holding): HeldKeys {
  const signers = [...set.dnskeys, ...set.unpublished].filter((key) => key.signsKeys || key.signsZone);
  const lost = (before?.of ?? []).filter(
    (key) => signers.some((one) => isOf(one, key)) && !inFolder.some((one) => isSame(one, key)),
  );
  const of = [...inFolder, ...lost];
  const usable = withoutHalves(set, of);
  const texts = problems.map(({ message, file }) => (file === undefined ? message : `${message} (${file})`));
  if (usable === undefined) {
    const failed = `There is no key to sign with: ${texts[0] ?? why ?? whyNone(inFolder, follows)}`;
    return { keys: { failed }, of: [], problem: failed };
  }
  const ttl = of.find((key) => key.ttl !== undefined)?.ttl;
  const held = { keys: zoneKeysOf(originOf(zone), usable, { since, ttl }), of };
  if (lost.length === 0) return texts.length === 0 ? held : { ...held, problem: texts.join('; ') };
  const names = lost.map(({ name }) => name).join(', ');
  const cause = texts.length === 0 ? 'the files are gone' : texts.join('; ');
  return {
    ...held,
    problem: `${names} cannot be read any more, and stays in use as long as this server runs: ${cause}`,
  };
}

/** Keys in use before that are still needed by their times, and are not in the folder. */
export function lostKeys(
  inFolder: readonly FolderKey[],
  before: readonly FolderKey[],
  now: number,
): FolderKey[] {
  const names = new Set(inFolder.map(({ name }) => name));
  return before.filter(({ name, times }) => !names.has(name) && NEEDED.has(keyPhase(times, now)));
}

const NEEDED: ReadonlySet<string> = new Set(['published', 'active', 'inactive']);

/** The private parts of the keys that sign, for answer processes. */
export function signingKeysOf(zone: string, { keys, of }: HeldKeys): SigningKeys {
  if ('failed' in keys) return { zone, keys: [] };
  const signing = new Set(keys.keys.map(({ dnskey }) => dnskey));
  return {
    zone,
    keys: of
      .map(({ key }) => ({ key, tag: key.tag, dnskey: toBase64(key.dnskey) }))
      .filter(({ dnskey }) => signing.has(dnskey))
      .map(({ key, ...rest }) => ({ ...rest, pkcs8: toBase64(pkcs8Of(key)) })),
  };
}

/** The set in which keys without a private half here sign nothing; `undefined` if nothing could be signed. */
function withoutHalves(set: KeySet, keys: readonly FolderKey[]): KeySet | undefined {
  const usable = (key: PublishedKey): PublishedKey =>
    keys.some((one) => isOf(key, one)) ? key : { ...key, signsKeys: false, signsZone: false };
  const dnskeys = set.dnskeys.map(usable);
  const unpublished = set.unpublished.map(usable).filter(({ signsZone }) => signsZone);
  const signsAll = dnskeys.some(({ signsKeys }) => signsKeys) && dnskeys.some(({ signsZone }) => signsZone);
  return signsAll ? { ...set, dnskeys, unpublished } : undefined;
}

/** Remedy where keys are made elsewhere. */
const COPY =
  ', and with "dnssec.rolls: false" none is made here: copy the folder of keys from the server that makes them';

function isOf({ dnskey }: PublishedKey, { key }: FolderKey): boolean {
  return Buffer.compare(dnskey, key.dnskey) === 0;
}

function isSame({ name, key }: FolderKey, other: FolderKey): boolean {
  return name === other.name && Buffer.compare(key.dnskey, other.key.dnskey) === 0;
}

function whyNone(keys: readonly FolderKey[], follows: boolean): string {
  if (keys.length === 0) return `the folder of keys has none for the zone${follows ? COPY : ''}`;
  return 'by their times none of its keys is active, or none that signs the keys or the rest';
}
