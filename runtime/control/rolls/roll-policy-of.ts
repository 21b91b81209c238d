/** What the settings say of the keys of a zone, as the engine of rolls reads it. */
import type { Config } from '../../config/config.ts';
import { keyTag } from '../../dnssec/keys/dnskey.ts';
import {
  DEFAULT_ROLL_POLICY,
  type ForeignKey,
  MANUAL,
  type RollPolicy,
  type Switches,
} from '../../dnssec/rolls/roll-policy.ts';
import type { SignedZoneFacts, SigningRules } from '../../registry/signed-zones.ts';
import { closestFirst } from '../../wire/zone-patterns.ts';

export type RollSettings = Pick<
  Config['dnssec'],
  'keys' | 'rolls' | 'automatic' | 'lifetimes' | 'waits' | 'resolvers' | 'perZone'
>;

/** The longest TTL of DNSKEY that is counted on before one is seen. */
const KEY_TTL = 3600;

/** `own`: DNSKEY of the keys of this server; others in the zone's files are those of other signers. */
export function rollPolicyOf(
  zone: string,
  settings: RollSettings,
  { algorithm, scheme, parent, goal }: SigningRules,
  { longestTtl, dnskeys }: Pick<SignedZoneFacts, 'longestTtl' | 'dnskeys'>,
  own: readonly string[],
): RollPolicy {
  const { automatic, lifetimes, waits } = settingsOf(zone, settings);
  return {
    ...DEFAULT_ROLL_POLICY,
    goal: goal ?? 'signed',
    rolls: settings.rolls,
    parent: parent ?? 'asked',
    algorithm,
    scheme,
    switches: {
      sign: switchesOf(automatic.sign),
      csk: switchesOf(automatic.csk),
      ksk: switchesOf(automatic.ksk),
      zsk: switchesOf(automatic.zsk),
      algorithm: switchesOf(automatic.algorithm),
      unsign: switchesOf(automatic.unsign),
    },
    lifetimes: {
      ...(lifetimes.csk !== 'never' && { csk: lifetimes.csk }),
      ...(lifetimes.ksk !== 'never' && { ksk: lifetimes.ksk }),
      ...(lifetimes.zsk !== 'never' && { zsk: lifetimes.zsk }),
    },
    ttl: { keys: Math.min(KEY_TTL, waits.zone), zone: Math.max(waits.zone, longestTtl) },
    parentDelay: waits.parent,
    margin: waits.margin,
    purgeAfter: waits.purge,
    foreign: dnskeys.filter((dnskey) => !own.includes(dnskey)).map(foreignKey),
    pauses: { waiting: waits.look, idle: Math.max(waits.look, waits.idle) },
  };
}

/** Each setting is that of the closest pattern that has it; a list of steps is one setting. */
function settingsOf(
  zone: string,
  { automatic, lifetimes, waits, perZone }: RollSettings,
): Pick<RollSettings, 'automatic' | 'lifetimes' | 'waits'> {
  const own = closestFirst(zone, perZone).reverse();
  return {
    automatic: Object.assign({}, automatic, ...own.map((set) => set.automatic)),
    lifetimes: Object.assign({}, lifetimes, ...own.map((set) => set.lifetimes)),
    waits: Object.assign({}, waits, ...own.map((set) => set.waits)),
  };
}

function switchesOf(steps: readonly (keyof Switches)[]): Switches {
  return { ...MANUAL, ...Object.fromEntries(steps.map((step) => [step, true])) };
}

function foreignKey(dnskey: string): ForeignKey {
  const rdata = Buffer.from(dnskey, 'base64');
  return { tag: keyTag(rdata), algorithm: rdata[3] ?? 0, flags: rdata.readUInt16BE(0), dnskey };
}
