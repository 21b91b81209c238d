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
  if (size.records > limits.records) {
    return `The zone would have ${size.records} dynamic records; ${limits.records} is the most (update.records)`;
  }
  if (size.octets <= 1024 * limits.kilobytes) return undefined;
  return `The dynamic records of the zone would take more than ${limits.kilobytes} kilobytes (update.kilobytes)`;
}

/** Counts the updates of each key: those of a minute at once, and then as many as a minute brings. */
export class UpdateRate {
  readonly #keys = new Map<string, { left: number; at: number }>();

  /** Whether a key may ask once more. `now` is in milliseconds. */
  allows(key: string, perMinute: number, now: number): boolean {
    const before = this.#keys.get(key) ?? { left: perMinute, at: now };
    const left = Math.min(perMinute, before.left + ((now - before.at) / 60_000) * perMinute);
    this.#keys.set(key, { left: left < 1 ? left : left - 1, at: now });
    return left >= 1;
  }
}
