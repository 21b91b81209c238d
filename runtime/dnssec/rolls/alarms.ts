/** What is wrong at the servers of a zone and of its parent, whether a roll goes on or not. */
import { fitOf } from './delegation-signer.ts';
import type { KeyFacts } from './key-facts.ts';
import { hasDs, isInDnskey } from './key-set-of.ts';
import { type DsSeen, dsText, type Observations, type ServerPlace } from './observations.ts';
import { placeText } from './reasons.ts';
import type { RollPolicy } from './roll-policy.ts';
import { isLive, type RollState } from './roll-state.ts';

export type Alarm =
  /** A name server has keys that nobody here knows: another signer rolls as well. */
  | ({
      readonly kind: 'two-signers';
      readonly unknown: readonly number[];
      readonly ours: readonly number[];
    } & ServerPlace)
  /** A name server's DNSKEY lacks keys that no roll is bringing. */
  | ({ readonly kind: 'keys-lacking'; readonly lacks: readonly number[] } & ServerPlace)
  /** The parent has a DS of no key in DNSKEY. */
  | ({ readonly kind: 'ds-without-key'; readonly ds: DsSeen } & ServerPlace)
  /** The parent has a DS of a key with another digest than the key's. */
  | ({ readonly kind: 'ds-wrong'; readonly ds: DsSeen } & ServerPlace)
  /** All servers of the parent had a DS, and none has one any more. */
  | { readonly kind: 'ds-removed' }
  /** DS were edited by hand while CDS ask for others: the parent will take that back (RFC 10026). */
  | { readonly kind: 'cds-would-revert'; readonly found: readonly DsSeen[] }
  /** The folder has a key in use that is none of the engine's. */
  | { readonly kind: 'key-not-ours'; readonly tag: number };

export function alarmsOf(
  state: RollState,
  {
    policy,
    observations,
    keys: facts,
  }: {
    readonly policy: RollPolicy;
    readonly observations: Observations;
    readonly keys: readonly KeyFacts[];
  },
): Alarm[] {
  return [
    ...twoSigners(state, policy, observations),
    ...keysLacking(state, observations),
    ...(policy.parent === 'none' ? [] : atParent(state, policy, observations)),
    ...keysNotOurs(state, facts),
  ];
}

/** Alarms with which no roll begins or goes on by itself: what is there is not what the engine takes it for. */
export function stopsRolls({ kind }: Alarm): boolean {
  return kind === 'two-signers';
}

/** The end of the DS was somebody's wish: no roll asks for new ones by itself. */
export function stopsNewRolls({ kind }: Alarm): boolean {
  return kind === 'two-signers' || kind === 'ds-removed' || kind === 'ds-without-key';
}

export function alarmText(alarm: Alarm): string {
  switch (alarm.kind) {
    case 'two-signers': {
      const ours = alarm.ours.join(', ');
      return `${placeText(alarm)} has key ${alarm.unknown.join(', ')} in DNSKEY, and the keys here are ${ours}: two servers roll`;
    }
    case 'keys-lacking':
      return `${placeText(alarm)} lacks key ${alarm.lacks.join(', ')} in DNSKEY`;
    case 'ds-without-key':
      return `${placeText(alarm)} has a DS without a key: ${dsText(alarm.ds)}`;
    case 'ds-wrong':
      return `${placeText(alarm)} has a DS whose digest is not the key's: ${dsText(alarm.ds)}`;
    case 'ds-removed':
      return 'the parent had a DS, and no server of it has one any more';
    case 'cds-would-revert':
      return `the DS at the parent were changed to ${alarm.found.map(dsText).join('; ') || 'none'}, and CDS ask for others: the parent may take the change back`;
    case 'key-not-ours':
      return `key ${alarm.tag} in the key folder has been in use, and no roll knows it`;
    default:
      return alarm satisfies never;
  }
}

function twoSigners({ keys, roll }: RollState, policy: RollPolicy, { zone }: Observations): Alarm[] {
  // Keys of a state that does not exist yet cannot be told from others.
  if (keys.length === 0 && roll === undefined) return [];
  const known = [...keys.map(({ tag }) => tag), ...policy.foreign.map(({ tag }) => tag)];
  const ours = keys.filter(isLive).map(({ tag }) => tag);
  return zone.servers.flatMap(({ server, address, seen }): Alarm[] => {
    const unknown = (seen?.keys ?? []).map(({ tag }) => tag).filter((tag) => !known.includes(tag));
    return unknown.length === 0 ? [] : [{ kind: 'two-signers', unknown, ours, server, address }];
  });
}

function keysLacking({ keys, roll, at }: RollState, { zone }: Observations): Alarm[] {
  if (roll?.step === 'propagation') return [];
  const wanted = keys.filter(({ times }) => isInDnskey(times, at)).map(({ tag }) => tag);
  return zone.servers.flatMap(({ server, address, seen }): Alarm[] => {
    const lacks = seen === undefined ? [] : wanted.filter((tag) => seen.keys.every((key) => key.tag !== tag));
    return lacks.length === 0 ? [] : [{ kind: 'keys-lacking', lacks, server, address }];
  });
}

function atParent(state: RollState, policy: RollPolicy, { parent }: Observations): Alarm[] {
  const { zone, keys, roll, secure, at } = state;
  const known = [...keys.filter(({ times }) => isInDnskey(times, at)), ...policy.foreign];
  const alarms = parent.servers.flatMap(({ server, address, seen }): Alarm[] =>
    (seen?.ds ?? []).flatMap((ds): Alarm[] => {
      const fits = known.map((key) => fitOf(ds, zone, key));
      if (fits.includes('fits')) return [];
      return [{ kind: fits.includes('wrong') ? 'ds-wrong' : 'ds-without-key', ds, server, address }];
    }),
  );
  const sets = parent.servers.map(({ seen }) => seen?.ds);
  const [first] = sets;
  if (first === undefined || !sets.every((ds) => ds !== undefined)) return alarms;
  if (secure && roll?.kind !== 'unsign' && sets.every((ds) => ds.length === 0)) {
    alarms.push({ kind: 'ds-removed' });
  }
  const isOneChange = sets.every((ds) => textOf(ds) === textOf(first));
  if (isOneChange && isEditAgainstCds(state, first)) alarms.push({ kind: 'cds-would-revert', found: first });
  return alarms;
}

/** Whether CDS ask for a change, and the DS are neither those from before nor those that were asked for. */
function isEditAgainstCds({ zone, keys, roll }: RollState, found: readonly DsSeen[]): boolean {
  if (roll?.dsBefore === undefined || roll.step !== 'propagation') return false;
  if (textOf(found) === textOf(roll.dsBefore)) return false;
  if (roll.kind === 'unsign') return found.length > 0;
  const wanted = keys.filter((key) => hasDs(key) && roll.newTags.includes(key.tag));
  return !wanted.some((key) => found.some((ds) => fitOf(ds, zone, key) === 'fits'));
}

function textOf(set: readonly DsSeen[]): string {
  return set.map(dsText).sort().join('\n');
}

function keysNotOurs({ keys, at }: RollState, facts: readonly KeyFacts[]): Alarm[] {
  return facts
    .filter(({ times: { publish, activate, inactive, delete: deleted } }) => {
      const wasUsed = [publish, activate].some((time) => time !== undefined && time <= at);
      return wasUsed && [inactive, deleted].every((time) => time === undefined || time > at);
    })
    .filter(({ tag, dnskey }) => keys.every((key) => key.tag !== tag || key.dnskey !== dnskey))
    .map(({ tag }) => ({ kind: 'key-not-ours', tag }));
}
