/** A source of geo data from two tables of ranges: one of IPv4, and one of the upper half of IPv6. */
import type { Address } from '../base/net/ip.ts';
import { addressWord } from '../base/net/network-set.ts';
import type { GeoSource } from './location.ts';
import type { RangeLocator } from './range-locator.ts';

export function locatedSource(ipv4: RangeLocator, ipv6: RangeLocator): GeoSource {
  const of = ({ family }: Address): RangeLocator => (family === 4 ? ipv4 : ipv6);
  return {
    locate: (address) => of(address).locate(high(address), low(address)),
    read: (address, field) => of(address).read(high(address), low(address), field),
    key: (address, fields) => of(address).key(high(address), low(address), fields),
    prefixLength: (address, fields) => of(address).prefixLength(high(address), low(address), fields),
  };
}

function high({ bytes }: Address): number {
  return addressWord(bytes, 0);
}

function low({ family, bytes }: Address): number {
  return family === 4 ? 0 : addressWord(bytes, 4);
}
