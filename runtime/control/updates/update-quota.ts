/** How much clients may have remembered, and how often they may ask. */
import { type DynamicRecords, sizeOf } from '../../update/dynamic-record.ts';

export interface UpdateLimits {
  /** Of one zone. */
  readonly records: number;
  readonly kilobytes: number;
  /** Updates of one key. */
  readonly perMinute: number;
}

/** Why a zone may not have these records, in words. */
export function tooMuch(records: DynamicRecords, limits: UpdateLimits): string | undefined {
  const size = sizeOf(records);
  const remedy = (setting: string): string =>
    `remove some that are no longer needed, or raise update.${setting}`;
  if (size.records > limits.records) {
    return `The zone would have ${size.records} dynamic records, and ${limits.records} are the most: ${remedy('records')}`;
  }
  if (size.octets <= 1024 * limits.kilobytes) return undefined;
  return `The dynamic records of the zone would take more than ${limits.kilobytes} kilobytes: ${remedy('kilobytes')}`;
}

/** Records of an update that count as one update more. */
const RECORDS_OF_ONE = 100;
const MINUTE_MS = 60_000;

/**
 * Counts the updates of each key: those of a minute at once, and then as many as a minute brings. An update counts once, and
 * once more for every hundred records in it, for that is what it costs.
 */
export class UpdateRate {
  readonly #keys = new Map<string, { left: number; at: number; toldAt: number }>();

  /**
   * Whether a key may ask once more, for so many records. `now` is in milliseconds. `denied-again`: it was denied within the
   * last minute, and whoever writes a log has written of that.
   */
  judge(key: string, records: number, perMinute: number, now: number): 'allowed' | 'denied' | 'denied-again' {
    const {
      left: before,
      at,
      toldAt,
    } = this.#keys.get(key) ?? { left: perMinute, at: now, toldAt: -Infinity };
    const left = Math.min(perMinute, before + ((now - at) / MINUTE_MS) * perMinute);
    const cost = Math.min(perMinute, 1 + Math.floor(records / RECORDS_OF_ONE));
    if (left >= cost) {
      this.#keys.set(key, { left: left - cost, at: now, toldAt });
      return 'allowed';
    }
    const isTold = now - toldAt < MINUTE_MS;
    this.#keys.set(key, { left, at: now, toldAt: isTold ? toldAt : now });
    return isTold ? 'denied-again' : 'denied';
  }
}
