/** The address of a client that is in the networks, and of the family, that a policy has read it to be. */
import { SUBNET_BITS } from '../answer/facts/asking-client.ts';
import { type Fact, parseFact } from '../answer/facts/fact.ts';
import { bitsBeforeIpv4 } from '../base/net/embedded-ipv4.ts';
import {
  type Address,
  addressToText,
  isInPrefix,
  maskAddress,
  parseAddress,
  parsePrefix,
  prefixToText,
} from '../base/net/ip.ts';
import type { Pool } from '../plan/plan.ts';
import type { Read } from '../rpc/plan.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';

type ClientAddress = Pick<FactsData, 'ip' | 'subnet' | 'family'>;

/** Where clients are of whose address nothing was read: in documentation networks (RFC 5737, RFC 3849). */
const HOME = ['192.0.2.77', '2001:db8:77::1'].flatMap((text) => parseAddress(text) ?? []);
/** Addresses that are looked at for one case. */
const MOST_TRIED = 20_000;

/**
 * `undefined` where no client is so. Where networks begin and end, clients begin to be in them or not: so among the first
 * addresses there and behind are some for all that can be.
 */
export function addressWith(
  reads: readonly Read[],
  pools: ReadonlyMap<string, Pool>,
): ClientAddress | undefined {
  const facts = reads.flatMap(([key, value]) => {
    const fact = parseFact(key, pools);
    return fact === undefined ? [] : [{ fact, value }];
  });
  const told = facts.find(({ fact }) => fact.kind === 'subnet')?.value;
  const networks = facts.flatMap(({ fact, value }) => (fact.kind === 'in' ? [{ ...fact, value }] : []));
  const family = facts.find(({ fact }) => fact.kind === 'family')?.value;
  const subnet = typeof told === 'string' ? parsePrefix(told) : undefined;
  const isRight = (address: Address): boolean =>
    (family === undefined || address.family === family) &&
    (subnet === undefined ||
      (address.family === subnet.address.family && isInPrefix(address.bytes, subnet))) &&
    // Who has an IPv4 address inside one of IPv6 is a client of IPv4.
    (address.family === 4 || bitsBeforeIpv4(address.bytes) === 0) &&
    networks.every(({ networks: set, value }) => set.has(address) === value);
  let tried = 0;
  for (const address of candidates(subnet?.address, networks)) {
    if (isRight(address)) return clientAt(address, typeof told === 'string' ? told : undefined);
    tried += 1;
    if (tried === MOST_TRIED) break;
  }
  return undefined;
}

function* candidates(
  subnet: Address | undefined,
  networks: readonly (Fact & { readonly kind: 'in' })[],
): Generator<Address> {
  if (subnet !== undefined) yield subnet;
  yield* HOME;
  for (const family of [4, 6] as const) {
    for (const { networks: set } of networks) yield* set.borders(family);
    yield { family, bytes: new Uint8Array(family === 4 ? 4 : 16) };
  }
}

function clientAt(address: Address, told: string | undefined): ClientAddress {
  const length = SUBNET_BITS[address.family];
  const subnet = told ?? prefixToText({ address: maskAddress(address, length), length });
  return { ip: addressToText(address), subnet, family: address.family };
}
