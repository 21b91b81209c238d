/** The times in the life of a key, as files in BIND's format have them. */

/** In seconds since 1970; what is not set does not happen. */
export interface KeyTimes {
  readonly created?: number;
  readonly publish?: number;
  readonly activate?: number;
  readonly revoke?: number;
  readonly inactive?: number;
  readonly delete?: number;
  readonly dsPublish?: number;
  readonly syncPublish?: number;
  readonly syncDelete?: number;
}

/** The names of the times in files, in BIND's order. BIND takes any other for the end of a key that it can read. */
export const TIME_NAMES: ReadonlyMap<keyof KeyTimes, string> = new Map([
  ['created', 'Created'],
  ['publish', 'Publish'],
  ['activate', 'Activate'],
  ['revoke', 'Revoke'],
  ['inactive', 'Inactive'],
  ['delete', 'Delete'],
  ['dsPublish', 'DSPublish'],
  ['syncPublish', 'SyncPublish'],
  ['syncDelete', 'SyncDelete'],
]);

/** The times that are set, of some that may be `undefined`. */
export function timesSet(times: { readonly [time in keyof KeyTimes]?: number | undefined }): KeyTimes {
  return Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined));
}

export type KeyPhase = 'future' | 'published' | 'active' | 'inactive' | 'deleted';

/** What a key's times say of it now; `now` is in seconds since 1970. Without times, a key is active, as for Knot. */
export function keyPhase(times: KeyTimes, now: number): KeyPhase {
  if (isPast(times.delete, now)) return 'deleted';
  if (isPast(times.inactive, now)) return 'inactive';
  // A key that signs is published whatever Publish says: signatures by a key that nobody can see are bogus.
  if (isPast(times.activate, now)) return 'active';
  if (times.publish === undefined && times.activate === undefined) return 'active';
  return isPast(times.publish, now) ? 'published' : 'future';
}

/** Reads `YYYYMMDDHHMMSS` in UTC; `undefined` for anything else, as in BIND. */
export function timeFromText(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  // There is no 31st of February, and Date.UTC goes on counting.
  if (timeToText(seconds) !== text) return undefined;
  // BIND 9.18 writes a time more than 2^31 seconds ahead as one before 1970: a key to be deleted in 2099 is no dead key.
  return seconds >= 0 ? seconds : seconds + 2 ** 32;
}

export function timeToText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace(/\D/g, '');
}

function isPast(time: number | undefined, now: number): boolean {
  return time !== undefined && time <= now;
}
