/**
 * The module `geoip-lite` as a policy file imports it. `lookup` knows one address, that of the
 * query's client, and its result notes each part as it is read, so that an answer by country is
 * remembered for the country.
 */

import { isClientAddress, networkRange } from './handler/client-address.ts';
import { readClient } from './query.ts';

/** What geoip-lite tells of an address; what is not known is empty. */
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

/** Where the client is; `null` if that is not known or the argument is no address of a client. */
export function lookup(ip: unknown): Lookup | null {
  if (typeof ip !== 'string' || ip === '') return null;
  if (!isClientAddress(ip)) {
    throw new Error(
      `lookup("${ip}") asks about somebody else; in a policy it knows the client of the query only`,
    );
  }
  return readClient('country') === undefined ? null : location;
}

/** As the library's: an address as text. */
export function pretty(ip: number | string): string {
  if (typeof ip === 'string') return ip;
  return [24, 16, 8, 0].map((shift) => (ip >>> shift) & 0xff).join('.');
}

/** Data is the host's to load and renew. */
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
