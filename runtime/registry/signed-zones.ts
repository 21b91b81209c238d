/** Which zones are to be signed and how, by the settings; and where their keys come from. */

import type { FailedSigning, SigningRole } from '../rpc/zone-signing.ts';
import { closestFirst, isOfPattern } from '../wire/zone-patterns.ts';

/** Times in seconds; algorithms by their numbers. */
export interface SigningRules {
  readonly algorithm: number;
  readonly scheme: 'csk' | 'ksk-zsk';
  readonly validity: number;
  readonly denial: 'chain' | 'compact';
  /** `unsigned`: the settings name the zone no more, and it is signed until its parent has no DS. */
  readonly goal?: 'unsigned' | undefined;
  /** `none`: nobody delegates the zone, so that nobody is told of its keys. */
  readonly parent?: 'none' | 'asked' | undefined;
  /** Whether signatures made elsewhere are taken away. */
  readonly resign: boolean;
}

export interface SigningSettings extends SigningRules {
  /** Zones to sign, and patterns: `example.com`, `*.example`, `*`. */
  readonly zones: readonly string[];
  /** Zone or pattern → what is set for its zones. */
  readonly perZone: Readonly<
    Record<string, { readonly [Rule in keyof SigningRules]?: SigningRules[Rule] | undefined }>
  >;
  /** Whether changes of a zone are kept for its secondaries: control then signs it for all processes. */
  readonly isJournalled?: (zone: string) => boolean;
}

/** What a zone publishes of its keys, and which of them sign. All RDATA is in base64. */
export interface ZoneKeys {
  readonly keys: readonly SigningRole[];
  readonly dnskeys: readonly string[];
  readonly cds: readonly string[];
  readonly cdnskeys: readonly string[];
  /** What name servers in the zone vouch for (RFC 9615 §2). */
  readonly signals?: readonly { readonly owner: string; readonly type: number; readonly rdata: string }[];
  /** The TTL of these records, where the files of the keys state one. */
  readonly ttl?: number | undefined;
  /** When the keys last changed, in seconds since 1970. */
  readonly since: number;
}

/** Where the keys of zones come from. */
export interface KeySource {
  /**
   * The keys of a zone that is to be signed, which are made where there are none; or why it has none.
   * `undefined`: the zone was to lose its keys, and has lost them.
   */
  keysOf(zone: string, rules: SigningRules): Promise<ZoneKeys | FailedSigning | undefined>;
  /** Whether a zone that is not to be signed still has keys: it is signed until its parent has no DS. */
  isLeaving(zone: string): Promise<boolean>;
  /** Called when a signed version of a zone is served. */
  served(zone: string, facts: SignedZoneFacts): void;
}

/** What rolls need to know of the static records of a zone. */
export interface SignedZoneFacts {
  /** In seconds. */
  readonly longestTtl: number;
  /** DNSKEY at its name in the files, as RDATA in base64: those of other signers (RFC 8901 §2.1.2), or ours. */
  readonly dnskeys: readonly string[];
  /** Names in lower case, without the final dot; addresses of those in the zone. */
  readonly nameServers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

/** A zone that is to be signed. `keys` are absent where nobody asked for them, as in `dnsteer check`. */
export interface DraftSigning {
  readonly rules: SigningRules;
  readonly keys?: ZoneKeys | FailedSigning;
  /** As of when control signs all of the zone: see rpc/zone-signing.ts. */
  readonly wholeAt?: number | undefined;
}

/** The rules for a zone; `undefined` if it is not to be signed. */
export function signingRules(
  zone: string,
  { zones, perZone, ...common }: SigningSettings,
): SigningRules | undefined {
  if (!zones.some((pattern) => isOfPattern(zone, pattern))) return undefined;
  return rulesFor(zone, { perZone, ...common });
}

function rulesFor(zone: string, { perZone, ...common }: Omit<SigningSettings, 'zones'>): SigningRules {
  const own = closestFirst(zone, perZone);
  const pick = <Rule extends keyof SigningRules>(rule: Rule): SigningRules[Rule] =>
    own.find((set) => set[rule] !== undefined)?.[rule] ?? common[rule];
  return {
    algorithm: pick('algorithm'),
    scheme: pick('scheme'),
    validity: pick('validity'),
    denial: pick('denial'),
    parent: pick('parent'),
    resign: pick('resign'),
  };
}

/**
 * A zone by the rules, with its keys. One whose records bring signatures that are not to be taken away is refused:
 * no key is made for it, which its parent's DS would not be of.
 */
export async function draftSigning(
  zone: string,
  settings: SigningSettings | undefined,
  source?: KeySource,
  isSignedElsewhere = false,
): Promise<DraftSigning | undefined> {
  if (settings === undefined) return undefined;
  const declared = signingRules(zone, settings);
  const isLeaving = declared === undefined && source !== undefined && (await source.isLeaving(zone));
  if (declared === undefined && !isLeaving) return undefined;
  const rules = declared ?? { ...rulesFor(zone, settings), goal: 'unsigned' };
  if (source === undefined) return { rules };
  if (isSignedElsewhere && declared?.resign === false) {
    return { rules, keys: { failed: 'The zone is signed elsewhere' } };
  }
  const keys = await source.keysOf(zone, rules);
  return keys === undefined ? undefined : { rules, keys };
}

/** The keys, if there are any to sign with. */
export function usableKeys(signing: DraftSigning | undefined): ZoneKeys | undefined {
  const keys = signing?.keys;
  return keys === undefined || 'failed' in keys ? undefined : keys;
}
