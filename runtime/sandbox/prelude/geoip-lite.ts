/**
 * The module `geoip-lite` as a policy file imports it. `lookup` knows only the address of the query's
 * client, and its result notes each field that the policy reads, so that the host remembers an answer
 * by country for the whole country.
 */

import { isClientAddress, networkRange } from './handler/client-address.ts';
import { readClient } from './query.ts';

/** The fields geoip-lite has for an address; an unknown one is empty. */
export interface Lookup {
  readonly range: readonly [low: number, high: number] | readonly [];
  readonly country: string;
  readonly region: string;
  readonly eu: '0' | '1';
  readonly timezone: string;
  readonly city: string;
  readonly ll: readonly [latitude: number, longitude: number] | readonly [null, null];
  readonly metro: number;
  readonly area: number;
}

/** The location of the client; `null` if it is not known or `ip` is empty. */
export function lookup(ip: unknown): Lookup | null {
  if (typeof ip !== 'string' || ip === '') return null;
  if (!isClientAddress(ip)) {
    throw new Error(
      `lookup("${ip}") asks about another address; in a policy it knows only the client of the query`,
    );
  }
  return readClient('country') === undefined ? null : location;
}

/** Prints an address as text, as the library does. */
export function pretty(ip: number | string): string {
  if (typeof ip === 'string') return ip;
  return [24, 16, 8, 0].map((shift) => (ip >>> shift) & 0xff).join('.');
}

/** These do nothing: the host loads and renews the data. */
export function startWatchingDataUpdate(): void {}
export function stopWatchingDataUpdate(): void {}
export function reloadDataSync(): void {}
export function reloadData(callback?: () => void): void {
  callback?.();
}

const location: Lookup = Object.freeze({
  get range() {
    return networkRange();
  },
  get country() {
    return text(readClient('country'));
  },
  get region() {
    return text(readClient('region'));
  },
  get eu() {
    return readClient('eu') === true ? '1' : '0';
  },
  get timezone() {
    return text(readClient('timeZone'));
  },
  get city() {
    return text(readClient('city'));
  },
  get ll() {
    const latitude = readClient('latitude');
    const longitude = readClient('longitude');
    return typeof latitude === 'number' && typeof longitude === 'number'
      ? ([latitude, longitude] as const)
      : ([null, null] as const);
  },
  metro: 0,
  area: 0,
});

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const library = {
  lookup,
  pretty,
  startWatchingDataUpdate,
  stopWatchingDataUpdate,
  reloadDataSync,
  reloadData,
};

// biome-ignore lint/style/noDefaultExport: Handlers import the library as a default too.
export { library as default };
