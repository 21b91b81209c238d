/** What the translations of gdnsd's plugins share. */
import type { DecisionDraft } from '../draft.ts';
import type { PoolBook } from '../pool-book.ts';
import type { ImportReport, SourcePlace } from '../report.ts';
import type { ServiceTypes } from './service-types.ts';
import type { VscfHash } from './vscf.ts';

/** How one resource is used: where, under which names, and for how long answers hold. */
export interface ResourceUse {
  /** Names for its pools, the best first. */
  readonly names: readonly string[];
  /** As gdnsd writes it: `multifo!www`. */
  readonly label: string;
  /** Seconds. */
  readonly ttl: number;
  /** The TTL that answers may fall to, where that is less. */
  readonly leastTtl: number | undefined;
  /** Where it stands, if the map that leads here goes by distance. */
  readonly at?: readonly [number, number];
  /** Whether a choice leads here, which goes elsewhere when this fails. */
  readonly isMember: boolean;
  /** How many references lead here. */
  readonly depth: number;
}

export interface GdnsdContext {
  readonly report: ImportReport;
  readonly services: ServiceTypes;
  readonly pools: PoolBook;
  /** The decision of a resource that another names. @throws {NotUnderstood} */
  resource(plugin: string, name: string, place: SourcePlace, use: ResourceUse): DecisionDraft | undefined;
  /** The decision of a resource that is written where it is used. */
  inline(plugin: string, hash: VscfHash, use: ResourceUse): DecisionDraft | undefined;
  /** Folder of the configuration. */
  readonly folder: string;
}

/** Parameters that resources take from what is around them. */
export const INHERITED = ['service_types', 'up_thresh', 'ignore_health', 'multi', 'plugin'];

/** The TTLs of a pool. */
export function ttlsOf(
  { ttl, leastTtl }: ResourceUse,
  isChecked: boolean,
): { ttl: number; leastTtl?: number } {
  return isChecked && leastTtl !== undefined && leastTtl < ttl ? { ttl, leastTtl } : { ttl };
}

/** Where something stands, told beside its pool. */
export function originText(label: string, { file, line }: SourcePlace): string {
  return `${label} (${file.split('/').at(-1) ?? file}:${line})`;
}
