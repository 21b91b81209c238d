/** The status of a zone of the registry. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Checklist } from '../dnssec/rolls/checklist.ts';
import type { ManifestHost } from '../plan/manifest.ts';
import type { PoolTargets } from '../trial/trial-outcome.ts';
import { nameToText } from '../wire/name.ts';

/**
 * `live`: served as its files say. `degraded`: served, but its newest version was refused and an
 * older one is live, or hosts failed their trial and may fall back. `quarantined`: its policy hung
 * or crashed its trial; the fallback is served. `broken`: no version of it ever loaded.
 * `refused-newcomer`: a file that serves nothing, as another file has its zone or its name is no domain name.
 */
export type ZoneState = 'live' | 'degraded' | 'quarantined' | 'broken' | 'refused-newcomer';

export interface RegisteredZone {
  /** Lower case, no final dot; empty for a file whose name is no domain name. */
  readonly zone: string;
  /** The zone's file as shown to operators: the policy, if there is one. */
  readonly file: string;
  /** The version that is served. */
  readonly version?: string;
  readonly state: ZoneState;
  readonly problems: readonly Diagnostic[];
  /** Since when this version is served, in milliseconds since 1970. */
  readonly loadedAt?: number;
  readonly pools: readonly RegisteredPool[];
  /** How many names its policy decides, if it has one. */
  readonly hosts?: number;
  /** One of these names, of the zone itself if there is that: what to ask to see the policy at work. */
  readonly sample?: string;
}

export interface RegisteredPool extends PoolTargets {
  readonly name: string;
}

/** How a zone is signed. */
export interface SignedStatus {
  /** The keys that sign. */
  readonly keys: readonly {
    readonly tag: number;
    readonly algorithm: number;
    readonly role: 'csk' | 'ksk' | 'zsk';
  }[];
  readonly denial: 'chain' | 'compact';
  /** What is wrong with its keys. */
  readonly problem?: string;
  /** Whether clients that want signatures get SERVFAIL, as there are none. */
  readonly isFailing: boolean;
  /** How its keys roll; absent until that was looked at. */
  readonly rolls?: Checklist;
}

/** The name to ask of those that a policy decides: none where all are wildcards. */
export function sampleOf(hosts: readonly ManifestHost[]): { readonly sample?: string } {
  const sample = hosts.find(({ key }) => key === '@') ?? hosts.find(({ key }) => !key.includes('*'));
  return sample === undefined ? {} : { sample: nameToText(sample.name).replace(/(?<=.)\.$/, '') };
}
