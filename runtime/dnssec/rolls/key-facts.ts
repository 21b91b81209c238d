/** The keys in the key folder as the engine of rolls sees them, and what it wants done there. */
import { DNSKEY_FLAGS } from '../keys/dnskey.ts';
import type { KeyRole } from './roll-policy.ts';
import type { KeyState, RollState, RollTimes } from './roll-state.ts';

/** A key in the folder, without its private part. */
export interface KeyFacts {
  readonly tag: number;
  readonly algorithm: number;
  readonly flags: number;
  /** What it is for beside the other keys of its zone. */
  readonly role: KeyRole;
  /** RDATA of the DNSKEY in base64. */
  readonly dnskey: string;
  /** Seconds since 1970, as in the file. */
  readonly created?: number | undefined;
  readonly times: RollTimes;
  /** Why the key cannot sign; absent if it can. */
  readonly problem?: string | undefined;
}

/** What is to be done in the key folder. Each is harmless when done twice, and asked for until it is done. */
export type KeyAction =
  /**
   * Makes a key that is not in use yet, or from `times` on. Its tag, also with the REVOKE bit (RFC 5011 §3), is
   * none that the keys `beside` it have or can come to have; these are RDATA of DNSKEY in base64.
   */
  | {
      readonly do: 'make-key';
      readonly role: KeyRole;
      readonly algorithm: number;
      readonly flags: number;
      readonly beside: readonly string[];
      readonly times?: RollTimes;
    }
  | { readonly do: 'set-times'; readonly tag: number; readonly algorithm: number; readonly times: RollTimes }
  | { readonly do: 'remove-key'; readonly tag: number; readonly algorithm: number };

const TIMES = ['publish', 'activate', 'inactive', 'delete', 'syncPublish', 'syncDelete'] as const;

/** Brings files to the times of the state; keys that the state does not know are let be. */
export function timesToSet({ keys }: RollState, facts: readonly KeyFacts[]): KeyAction[] {
  return keys.flatMap((key): KeyAction[] => {
    const file = factsOf(key, facts);
    if (file === undefined || TIMES.every((time) => file.times[time] === key.times[time])) return [];
    return [{ do: 'set-times', tag: key.tag, algorithm: key.algorithm, times: key.times }];
  });
}

/** The files of keys that ended long ago. */
export function keysToRemove(
  { keys }: RollState,
  facts: readonly KeyFacts[],
  endedBefore: number,
): KeyAction[] {
  return keys
    .filter((key) => hasEnded(key, endedBefore) && factsOf(key, facts) !== undefined)
    .map(({ tag, algorithm }) => ({ do: 'remove-key', tag, algorithm }));
}

export function hasEnded({ times }: KeyState, before: number): boolean {
  return Math.max(times.inactive ?? Infinity, times.delete ?? Infinity) <= before;
}

export function factsOf(
  key: { readonly tag: number; readonly algorithm: number; readonly dnskey: string },
  facts: readonly KeyFacts[],
): KeyFacts | undefined {
  return facts.find(
    ({ tag, algorithm, dnskey }) => tag === key.tag && algorithm === key.algorithm && dnskey === key.dnskey,
  );
}

/** A key of the folder that nobody uses yet, to be the new key of a role; `isFirst`: or that is in use already. */
export function freshKey(
  role: KeyRole,
  algorithm: number,
  { keys }: RollState,
  facts: readonly KeyFacts[],
  { now, isFirst }: { readonly now: number; readonly isFirst: boolean },
): KeyFacts | undefined {
  const fitting = facts.filter(
    (each) =>
      each.algorithm === algorithm &&
      each.flags === flagsOf(role) &&
      each.problem === undefined &&
      // A time in the past says that the key is or was in use elsewhere.
      timesOfUse(each.times, isFirst).every((time) => (time ?? now + 1) > now) &&
      keys.every(({ tag }) => tag !== each.tag),
  );
  return fitting.sort((a, b) => (a.created ?? 0) - (b.created ?? 0) || a.tag - b.tag)[0];
}

function timesOfUse({ publish, activate, inactive, delete: deleted }: RollTimes, isFirst: boolean) {
  return isFirst ? [inactive, deleted] : [publish, activate, deleted];
}

export function flagsOf(role: KeyRole): number {
  return DNSKEY_FLAGS.ZONE | (role === 'zsk' ? 0 : DNSKEY_FLAGS.SEP);
}
