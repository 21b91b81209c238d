/** dnsteer with the zone: unsigned, signed with its chain, and with compact denial. */
import { startServer, UNHURRIED } from '../../support/dnsteer.ts';
import { ZONE } from '../cases.ts';
import { pidsOf } from '../measure.ts';
import { PeerMissingError } from '../peers/peer.ts';
import { ADDRESSES, FIRST, HOSTS } from './cases.ts';
import type { SignedPeer } from './peers.ts';

const SETTINGS = {
  'dnsteer unsigned': '',
  dnsteer: `dnssec: { zones: ['${ZONE}'], share: 1 }\n`,
  'dnsteer compact': `dnssec: { zones: ['${ZONE}'], share: 1, denial: compact }\n`,
} as const;

export type OurName = keyof typeof SETTINGS;
export const OURS = Object.keys(SETTINGS) as OurName[];

/** @throws {PeerMissingError} where this build does not sign */
export async function startOurs(name: OurName): Promise<SignedPeer> {
  const config = SETTINGS[name];
  const server = await startServer({
    env: UNHURRIED,
    config,
    policies: { [`${ZONE}.ts`]: policy() },
  }).catch((error: unknown) => {
    // Settings that a build does not know, it refuses by name.
    if (config !== '' && String(error).includes('dnssec')) throw new PeerMissingError('not built');
    throw error;
  });
  const [pid = 0] = await pidsOf(server.adminUrl, 'answer');
  return {
    name,
    port: server.port,
    pid,
    denies: name === 'dnsteer compact' ? 'NOERROR' : 'NXDOMAIN',
    isSigned: config !== '',
    stop: async () => void (await server.stop()),
  };
}

/** A third of the hosts each: a constant pool, a plan, and a function whose decision is remembered. */
function policy(): string {
  const addresses = JSON.stringify(ADDRESSES);
  const decisions = [
    "'us'",
    "firstHealthy('us', 'eu')",
    "(query) => (query.client.country === 'DE' ? 'eu' : 'us')",
  ];
  const hosts = Array.from(
    { length: HOSTS },
    (_, index) => `h${index}: ${decisions[index % decisions.length]},`,
  );
  return `import { definePolicy, firstHealthy } from 'dnsteer';
    export default definePolicy({
      pools: { us: { A: ${addresses} }, eu: { A: ['198.51.100.1', '198.51.100.2'] } },
      fallback: 'us',
      records: { static: { A: ${addresses} } },
      hosts: { ${hosts.join('\n')}
        // It reads the name: each is decided and signed for itself.
        '*.${FIRST}': (query) => (query.name.startsWith('y') ? 'eu' : 'us'),
      },
    });`;
}
