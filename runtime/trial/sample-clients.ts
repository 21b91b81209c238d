/**
 * Clients to try a policy on before it goes live: three on different continents and one of unknown
 * place, each with IPv4 and IPv6. Addresses are of documentation ranges (RFC 5737, RFC 3849).
 */

import type { ManifestHost } from '../plan/manifest.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';
import type { RunAsk, RunOutcome } from '../runner/runs-and-loads.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { nameToText } from '../wire/name.ts';

export interface SampleClient {
  /** `a client in DE (IPv6), asked for AAAA`. */
  readonly label: string;
  readonly type: string;
  readonly facts: FactsData;
}

const PLACES: readonly { readonly name: string; readonly facts: FactsData['place'] }[] = [
  {
    name: 'a client in DE',
    facts: {
      country: 'DE',
      continent: 'EU',
      region: 'HE',
      city: 'Frankfurt am Main',
      latitude: 50.1,
      longitude: 8.7,
      eu: true,
      timeZone: 'Europe/Berlin',
    },
  },
  {
    name: 'a client in US',
    facts: {
      country: 'US',
      continent: 'NA',
      region: 'CA',
      city: 'San Jose',
      latitude: 37.3,
      longitude: -121.9,
      eu: false,
      timeZone: 'America/Los_Angeles',
    },
  },
  {
    name: 'a client in JP',
    facts: {
      country: 'JP',
      continent: 'AS',
      region: '13',
      city: 'Tokyo',
      latitude: 35.7,
      longitude: 139.7,
      eu: false,
      timeZone: 'Asia/Tokyo',
    },
  },
  { name: 'a client of unknown place', facts: {} },
];

const NETWORKS = [
  { name: 'IPv4', facts: { family: 4, ip: '192.0.2.77', subnet: '192.0.2.0/24' } },
  { name: 'IPv6', facts: { family: 6, ip: '2001:db8:77::1', subnet: '2001:db8:77::/56' } },
] as const;

const TYPES = ['A', 'AAAA'] as const;

/** Least budget for one sample: generous, so that a policy does not seem slow on a busy machine. */
const SAMPLE_MS = 250;

const CLIENTS = PLACES.flatMap((place) =>
  NETWORKS.flatMap((network) =>
    TYPES.map((type) => ({
      label: `${place.name} (${network.name}) asking for ${type}`,
      type,
      place: place.facts,
      ...network.facts,
    })),
  ),
);

/** A sample client for each place, network and type. All pools are up. */
export function samplesFor(pools: Iterable<string>, now: number): SampleClient[] {
  const health = Object.fromEntries([...pools].map((pool) => [pool, 'up']));
  return CLIENTS.map(({ label, type, place, ip, subnet, family }) => ({
    label,
    type,
    facts: { place, ip, subnet, family, now, health },
  }));
}

/** Has a host decide for a sample client. */
export function decideSample(
  sandbox: Pick<Sandbox, 'run'>,
  { host, ...ask }: Pick<RunAsk, 'key' | 'budgetMs' | 'deadlineAt'> & { readonly host: ManifestHost },
  { type, facts }: SampleClient,
): Promise<RunOutcome> {
  const name = nameToText(host.name).slice(0, -1).replace('*', 'sample');
  const budgetMs = Math.max(SAMPLE_MS, ask.budgetMs);
  return new Promise((resolve) => {
    sandbox.run({ ...ask, host: host.key, name, type, facts, budgetMs }, resolve);
  });
}
