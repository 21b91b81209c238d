/** Settings of answers: sandboxes and memory, locations of clients, sizes, and the identity of the server. */
import { z } from 'zod';
import { choice, flag, list, section, text, whole } from './kinds.ts';
import { location } from './location-schema.ts';
import { network } from './network-kinds.ts';

export const sandbox = section({
  jitless: flag()
    .prefault(false)
    .describe(
      'Interpret policies, and make no machine code. Simple policies take as long as before, loops six times as long.',
    ),
  allowOpenDoors: flag()
    .prefault(false)
    .describe('Serve even if a sandbox process finds at its start that Node does not confine it.'),
  memory: whole(256, 65_536)
    .prefault(4096)
    .describe('Memory one sandbox process may use before it is replaced, in megabytes.'),
}).prefault({});

export const memo = section({
  leaves: whole(0, 10_000_000)
    .prefault(10_000)
    .describe('Decisions remembered for one policy; 0 remembers none.'),
  policyMemory: whole(1, 65_536)
    .prefault(32)
    .describe(
      'Memory that remembered decisions may take for one policy, in megabytes of each answer process.',
    ),
  memory: whole(1, 65_536)
    .prefault(256)
    .describe(
      'Memory that remembered decisions may take for all policies, in megabytes of each answer process.',
    ),
  packets: whole(0, 4_194_304)
    .prefault(65_536)
    .describe('Replies kept as they were made, each in 256 octets of each answer process; 0 keeps none.'),
}).prefault({});

export const geo = section({
  detail: choice(['city', 'country', 'none'])
    .prefault('city')
    .describe(
      '"country" knows no cities or coordinates, and saves 50 MB in each answer process; "none" knows the overrides only.',
    ),
  files: list(text('must be the path of a file'), 'paths of files')
    .prefault([])
    .describe(
      'MMDB files (MaxMind, DB-IP, IPinfo): the first that knows the country of a network says where it is, the first that knows its autonomous system whose it is; geoip-lite comes behind them.',
    ),
  latency: text('must be the path of a file')
    .optional()
    .describe(
      'Milliseconds from networks of clients to pools, for closestByLatency: a table with a row for each network, country or autonomous system, and a column for each pool.',
    ),
  overrides: z
    .record(network, location, { error: 'must be a mapping from networks to locations' })
    .prefault({})
    .describe('Where networks are, over what the geo data says: "10.0.0.0/8: { country: DE }".'),
}).prefault({});

export const edns = section({
  // RFC 6891 §6.2.3: sizes below 512 mean 512.
  udpSize: whole(512, 4096).prefault(1232).describe('Largest UDP payload sent or asked for, in octets.'),
}).prefault({});

export const identity = section({
  name: shortText()
    .optional()
    .describe(
      'Name of this server among those of its zones, for clients that ask for it: NSID (RFC 5001), and id.server and hostname.bind in class CH (RFC 4892). None given: no client gets one.',
    ),
  version: shortText()
    .optional()
    .describe(
      'Text for clients that query version.server or version.bind in class CH. None given: no client gets one.',
    ),
}).prefault({});

/** A text that fits one character-string (RFC 1035 §3.3). */
function shortText() {
  return text('must be a text of at most 255 octets', (written) => Buffer.byteLength(written) <= 255);
}
