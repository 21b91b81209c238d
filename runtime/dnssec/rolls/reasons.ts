/** Why a roll does not go on, as values; the texts are for status. */
import { unreachable } from '../../base/assert.ts';
import { type DsSeen, dsText, type ServerPlace } from './observations.ts';
import type { KeyRole, RollKind } from './roll-policy.ts';

export type Reason =
  /** Servers have not been asked since the step began. */
  | { readonly kind: 'not-asked'; readonly of: 'zone' | 'parent' }
  /** It is not known which servers there are. */
  | { readonly kind: 'no-servers'; readonly of: 'zone' | 'parent'; readonly why: string }
  | ({ readonly kind: 'failed'; readonly of: 'zone' | 'parent'; readonly why: string } & ServerPlace)
  /** DNSKEY at a server lacks keys or has more. */
  | ({
      readonly kind: 'keys';
      readonly lacks: readonly number[];
      readonly has: readonly number[];
    } & ServerPlace)
  /** DNSKEY at a server lacks signatures. */
  | ({ readonly kind: 'keys-unsigned'; readonly lacks: readonly number[] } & ServerPlace)
  /** Other keys sign the zone at a server than should. */
  | ({
      readonly kind: 'signatures';
      readonly lacks: readonly number[];
      readonly has: readonly number[];
    } & ServerPlace)
  | ({ readonly kind: 'ds-still'; readonly ds: DsSeen } & ServerPlace)
  | ({ readonly kind: 'ds-missing'; readonly tag: number } & ServerPlace)
  | ({ readonly kind: 'ds-wrong'; readonly ds: DsSeen } & ServerPlace)
  /** Caches may hold what was there before. */
  | { readonly kind: 'time'; readonly until: number }
  /** An operator must say so: the step does not go on by itself. */
  | {
      readonly kind: 'command';
      readonly command: 'start' | 'report' | 'expire' | 'done';
      readonly roll: RollKind;
    }
  /** A key is to be made or brought. */
  | { readonly kind: 'key-awaited'; readonly role: KeyRole; readonly algorithm: number }
  /** The file of a key is gone or cannot be read. */
  | { readonly kind: 'key-missing'; readonly tag: number; readonly why: string }
  /** Key files do not have their times yet. */
  | { readonly kind: 'files'; readonly tags: readonly number[] }
  /** The clock is before the last step. */
  | { readonly kind: 'clock-back'; readonly last: number; readonly now: number }
  /** The clock has leapt ahead. */
  | { readonly kind: 'clock-ahead'; readonly last: number; readonly now: number }
  /** Something else must be mended first; the alarms say what. */
  | { readonly kind: 'alarm'; readonly alarm: string }
  /** A command was given that does not fit the step or what is seen. */
  | { readonly kind: 'refused'; readonly why: string };

/** Reasons that an operator can overrule with a command, as they say only that something is not known. */
export function isIgnorance({ kind }: Reason): boolean {
  return kind === 'not-asked' || kind === 'no-servers' || kind === 'failed';
}

export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'not-asked':
      return `the servers of the ${reason.of} have not been asked since`;
    case 'no-servers':
      return `the servers of the ${reason.of} are not known: ${reason.why}`;
    case 'failed':
      return `${placeText(reason)} has not answered: ${reason.why}`;
    case 'keys':
      return `DNSKEY of ${placeText(reason)} ${difference(reason)}`;
    case 'keys-unsigned':
      return `${placeText(reason)} has no signature of DNSKEY by ${list(reason.lacks)}`;
    case 'signatures':
      return `the signatures of ${placeText(reason)}: it ${difference(reason)}`;
    case 'ds-still':
      return `${placeText(reason)} still answers DS ${dsText(reason.ds)}`;
    case 'ds-missing':
      return `${placeText(reason)} has no DS of key ${reason.tag}`;
    case 'ds-wrong':
      return `${placeText(reason)} answers a DS with a wrong digest: ${dsText(reason.ds)}`;
    case 'time':
      return `caches may hold older records until ${timeText(reason.until)}`;
    case 'command':
      return `the roll (${reason.roll}) waits for an operator's "${reason.command}"`;
    case 'key-awaited':
      return `a ${reason.role.toUpperCase()} of algorithm ${reason.algorithm} is not there yet`;
    case 'key-missing':
      return `key ${reason.tag} cannot be used: ${reason.why}`;
    case 'files':
      return `the key files of ${list(reason.tags)} do not have their times yet`;
    // The time of now is not told: a text that is another each second would be news each second.
    case 'clock-back':
      return `the clock says less than at the last step, which was at ${timeText(reason.last)}`;
    case 'clock-ahead':
      return `the clock has leapt ahead since the last step, which was at ${timeText(reason.last)}: mend it, or confirm it`;
    case 'alarm':
      return reason.alarm;
    case 'refused':
      return reason.why;
    default:
      return unreachable(reason);
  }
}

export function placeText({ server, address }: ServerPlace): string {
  return `${server} at ${address}`;
}

export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function difference({
  lacks,
  has,
}: {
  readonly lacks: readonly number[];
  readonly has: readonly number[];
}): string {
  const parts = [
    lacks.length > 0 ? `lacks ${list(lacks)}` : '',
    has.length > 0 ? `still has ${list(has)}` : '',
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

function list(tags: readonly number[]): string {
  return tags.join(', ');
}
