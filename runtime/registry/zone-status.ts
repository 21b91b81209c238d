/** What a zone of the registry looks like from outside. */
import type { Diagnostic } from '../base/diagnostic.ts';

/**
 * `live`: served as its files say. `degraded`: served, but its newest version was refused and an
 * older one is live, or hosts failed their trial and may fall back. `quarantined`: its policy hung
 * or crashed its trial; the fallback is served. `broken`: nothing of it ever loaded.
 * `refused-newcomer`: a file that serves nothing, as its zone is another's or its name is none.
 */
export type ZoneState = 'live' | 'degraded' | 'quarantined' | 'broken' | 'refused-newcomer';

export interface RegisteredZone {
  /** Lower case, no final dot; empty for a file whose name is no domain name. */
  readonly zone: string;
  /** As the operator knows it; the policy, if there is one. */
  readonly file: string;
  /** The version that is served. */
  readonly version?: string;
  readonly state: ZoneState;
  readonly problems: readonly Diagnostic[];
  /** Milliseconds since 1970: since when this version is served. */
  readonly loadedAt?: number;
  readonly pools: readonly RegisteredPool[];
}

export interface RegisteredPool {
  readonly name: string;
  /** Ids of the targets that are probed for it. */
  readonly targets: readonly string[];
}
