/**
 * Settings of zone transfers: which clients may transfer zones, which servers are notified of changes, and
 * from which servers zones come.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseSocketAddress, type SocketAddress } from '../base/net/socket-address.ts';
import { TSIG_ALGORITHMS } from '../wire/iana/tsig.ts';
import { choice, list, parsed, section, text, whole } from './kinds.ts';
import { hostName, network, zoneName } from './network-kinds.ts';
import { isSecretOfKey, SHORTEST_SECRET } from './tsig-keys.ts';

const PEER_FORM = 'an IP address, with a port unless that is 53, such as "192.0.2.1" or "[2001:db8::1]:5300"';

const tsigKey = section({
  algorithm: choice(TSIG_ALGORITHMS).prefault('hmac-sha256').describe('As the other server has it.'),
  secret: text(`must be base64 of at least ${SHORTEST_SECRET} octets`, isSecretOfKey)
    .optional()
    .describe('The secret both servers share, in base64.'),
  secretFile: text('must be the path of a file')
    .optional()
    .describe('File that holds it, in place of secret.'),
});

export const keys = z
  .record(hostName, tsigKey, {
    error: 'must be a mapping from names of keys to their "algorithm" and "secret"',
  })
  .meta({ writeOnly: true })
  .prefault({})
  .describe('TSIG keys shared with other servers: "transfer.example.com: { secretFile: transfer.key }".');

const peer = z.union(
  [
    parsed(`must be ${PEER_FORM}`, parsePeer).transform((at) => ({
      at,
      key: undefined as string | undefined,
    })),
    section({
      at: parsed(`must be ${PEER_FORM}`, parsePeer).describe('Its address; port 53 unless it says another.'),
      key: hostName.optional().describe('Name of the key that is used with it.'),
    }),
  ],
  { error: `must be ${PEER_FORM}, or a mapping with "at" and "key"` },
);

const transferRule = z.union(
  [
    network.transform((from) => ({ from, key: undefined as string | undefined })),
    section({
      from: network.optional().describe('Network that requests must come from.'),
      key: hostName.optional().describe('Name of the key that they must be signed with.'),
    }).refine(({ from, key }) => from !== undefined || key !== undefined, {
      error: 'must say "from", "key" or both',
    }),
  ],
  { error: 'must be a network, or a mapping with "from", "key" or both' },
);

const transferRules = () =>
  list(transferRule, 'networks and keys, such as ["192.0.2.0/24", { key: transfer.example.com }]');
const peers = () =>
  list(peer, 'addresses, such as ["192.0.2.53", { at: "192.0.2.54:5353", key: transfer.example.com }]');

export const transfer = section({
  allow: transferRules()
    .prefault([])
    .describe(
      'Clients that may transfer zones by AXFR or IXFR: networks, keys, or both together. None given: no client.',
    ),
  notify: peers()
    .prefault([])
    .describe('Secondaries that are notified when a zone changes (NOTIFY). None given: none.'),
  journal: section({
    zone: whole(0, 1024)
      .prefault(4)
      .describe(
        'Changes of one zone kept for IXFR, in megabytes, and never more than the zone itself takes; 0 keeps none.',
      ),
    all: whole(1, 65_536)
      .prefault(64)
      .describe('Changes of all zones kept for IXFR, in megabytes of each answer process and of the disk.'),
  }).prefault({}),
  zones: z
    .record(zoneName, section({ allow: transferRules().optional(), notify: peers().optional() }), {
      error: 'must be a mapping from zones to "allow" and "notify"',
    })
    .prefault({})
    .describe(
      'Settings of single zones in place of "allow" and "notify" above: "example.com: { allow: [192.0.2.53] }".',
    ),
}).prefault({});

export const secondary = z
  .record(zoneName, section({ primaries: peers().min(1, { error: 'must name at least one server' }) }), {
    error: 'must be a mapping from zones to "primaries"',
  })
  .prefault({})
  .describe(
    'Zones whose records are transferred from other servers, in place of a .zone file: "example.com: { primaries: [192.0.2.1] }".',
  );

function parsePeer(written: string): SocketAddress | undefined {
  return isIP(written) === 0 ? parseSocketAddress(written) : { address: written, port: 53 };
}
