/** Settings of DNSSEC: which zones are signed, and how. Nothing is signed unless the settings say so. */
import { z } from 'zod';
import { ttlFromText } from '../wire/ttl.ts';
import { readZonePattern } from '../wire/zone-patterns.ts';
import { type MadeAlgorithm, madeAlgorithm } from './dnssec-algorithms.ts';
import { automaticSteps, lifetimes, ownRolls, waits } from './dnssec-rolls-schema.ts';
import { choice, flag, list, number, parsed, section, text } from './kinds.ts';
import { resolvers } from './network-kinds.ts';

/** What can be set for all signed zones, and for some. */
const perZone = {
  algorithm: () =>
    z
      .union([z.int(), z.string()], { error: 'must be the name or the number of an algorithm' })
      .transform((written, context): MadeAlgorithm => {
        const made = madeAlgorithm(written);
        if (made.ok) return made.value;
        context.addIssue({ code: 'custom', input: written, message: made.problem });
        return z.NEVER;
      }),
  scheme: () => choice(['csk', 'ksk-zsk']),
  validity: () =>
    z.union([z.int(), z.string()], { error: VALIDITY_FORM }).transform((written, context): number => {
      const seconds = ttlFromText(String(written));
      if (seconds !== undefined && seconds >= 2 * DAY && seconds <= 366 * DAY) return seconds;
      context.addIssue({ code: 'custom', input: written, message: VALIDITY_FORM });
      return z.NEVER;
    }),
  denial: () => choice(['chain', 'compact']),
  parent: () => choice(['none', 'asked']),
  resign: () => flag(),
};

const DAY = 86_400;
const zonePattern = parsed(
  'must be a zone, "*" for all, or "*." and a zone for all below it',
  readZonePattern,
);
const VALIDITY_FORM = 'must be a time from 2d to 366d, in seconds or with a unit, such as "14d"';

export const dnssec = section({
  zones: list(zonePattern, 'zones, such as ["example.com", "*.example"]')
    .prefault([])
    .describe(
      'Zones to sign, by name or pattern: "*.example" is every zone below example, "*" every zone. None given: none.',
    ),
  keys: text('must be the path of a folder')
    .prefault('./keys')
    .describe('Folder of the keys, in files as BIND has them. Keys that are missing are made there.'),
  algorithm: perZone
    .algorithm()
    .prefault('ECDSAP256SHA256')
    .describe('Algorithm of keys that are made: ECDSAP256SHA256 (13) or ED25519 (15).'),
  scheme: perZone
    .scheme()
    .prefault('csk')
    .describe(
      'Keys that are made: one that signs all (csk), or one for the keys and one for the rest (ksk-zsk).',
    ),
  validity: perZone
    .validity()
    .prefault('14d')
    .describe(
      'How long signatures are valid, in seconds or with a unit; no less than SOA expire. They are renewed when a third is left, or SOA expire and a day if that is more.',
    ),
  denial: perZone
    .denial()
    .prefault('chain')
    .describe(
      'How it is proved that a name is not there: by the chain of all names (NSEC), which can be walked, or "compact" (RFC 9824), which costs a signature for each name asked.',
    ),
  share: number(0.01, 1)
    .prefault(0.25)
    .describe('Share of the time of each answer process that may go into making signatures.'),
  rolls: flag()
    .prefault(true)
    .describe(
      'Whether this server makes and ends keys. Of servers with copies of the keys, exactly one does.',
    ),
  parent: perZone
    .parent()
    .optional()
    .describe(
      '"none": nobody delegates the zones to this server, so that no DS is waited for; "asked", where nothing is said, is for zones in a pattern that says so.',
    ),
  resign: perZone
    .resign()
    .prefault(false)
    .describe('Whether zones that come signed from elsewhere lose those signatures and are signed here.'),
  automatic: automaticSteps,
  lifetimes,
  waits,
  resolvers: resolvers
    .prefault([])
    .describe(
      'Resolvers that are asked for the name servers of signed zones and of their parents. Default: those of the system.',
    ),
  perZone: z
    .record(
      zonePattern,
      section({
        algorithm: perZone.algorithm().optional(),
        scheme: perZone.scheme().optional(),
        validity: perZone.validity().optional(),
        denial: perZone.denial().optional(),
        parent: perZone.parent().optional(),
        resign: perZone.resign().optional(),
        ...ownRolls,
      }),
      { error: 'must be a mapping from zones or patterns to settings of "dnssec"' },
    )
    .prefault({})
    .describe(
      'Settings of zones in place of those above, by name or pattern: "example.com: { denial: compact }". Each setting is that of the closest one that has it: the name of the zone, then the longest pattern.',
    ),
}).prefault({});
