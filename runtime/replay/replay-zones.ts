/**
 * The zones that decide recorded queries. All of them are known by name, so that each query finds its own; one is made
 * when the first of its queries comes, as a folder may hold many more than a recording asks.
 */
import { type MemoSpace, memoSpace } from '../answer/memo/memo-space.ts';
import { expectedZone } from '../answer/zones/expected-zone.ts';
import { type ServedZone, zoneOrigin } from '../answer/zones/served-zone.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import type { Pool } from '../plan/plan.ts';
import { type NetworkLists, NO_LISTS } from '../rpc/facts/network-lists.ts';
import {
  type OfflineParts,
  type OfflineWorld,
  type OfflineZone,
  offlineParts,
  serveOffline,
} from '../testing/offline-zone.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { Took } from './each-line.ts';
import { ImaginedHealth, type ImaginedPools } from './imagined-health.ts';
import { PoolValues } from './pool-values.ts';
import { RecordedHealth } from './recorded-health.ts';
import type { RecordedQuestion } from './recorded-packet.ts';

/** One side that decides recorded queries. */
export interface ReplaySide extends OfflineWorld {
  /** Lower case, no final dot. */
  readonly zones: Iterable<string>;
  /** Makes one of them. */
  readonly make: (zone: string) => Promise<Result<OfflineZone, readonly Diagnostic[]>>;
  readonly imagined?: ImaginedPools;
  /** Whether the server signs a zone; nobody does here, where its keys are not. */
  readonly isSigned?: (zone: string) => boolean;
}

interface ReadyZone {
  readonly offline: OfflineZone;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly lists: NetworkLists;
  readonly values: PoolValues;
  readonly isSigned: boolean;
}

/** What a zone without a policy has of one. */
export const NO_POLICY: Pick<ReadyZone, 'pools' | 'lists'> = { pools: new Map(), lists: NO_LISTS };

export class ReplayZones {
  readonly parts: OfflineParts;
  readonly health: RecordedHealth;
  readonly imagined: ImaginedHealth;
  /** Why zones cannot be made; nothing is decided any more once there are some. */
  readonly problems: Diagnostic[] = [];
  readonly #side: ReplaySide;
  readonly #memory: MemoSpace;
  readonly #ready = new Map<string, ReadyZone>();
  #targets = 0;

  constructor(side: ReplaySide) {
    this.#side = side;
    this.#memory = memoSpace(side.config.memo);
    this.parts = offlineParts(side);
    this.imagined = new ImaginedHealth(side.imagined);
    this.health = new RecordedHealth(this.parts.health, this.imagined);
    for (const zone of side.zones) this.parts.zones.put(expectedZone(zone, this.parts.counters));
  }

  /** The zone that answers a question. */
  zoneOf(question: RecordedQuestion): string | undefined {
    return this.#find(question)?.attachment.id;
  }

  /** A zone whose queries can be decided. */
  ready(zone: string): ReadyZone | undefined {
    return this.#ready.get(zone);
  }

  /** Names of pools of the zones that were made, as `fra` and as `shop.example/fra`. */
  poolNames(): string[] {
    const names = [...this.#ready].flatMap(([zone, { pools }]) =>
      [...pools.keys()].flatMap((pool) => [pool, `${zone}/${pool}`]),
    );
    return [...new Set(names)];
  }

  /** Makes a zone. One that cannot be made ends it all: nobody knows its answers. */
  async make(zone: string): Promise<Took> {
    const made = await this.#side.make(zone);
    if (!made.ok) {
      this.problems.push(...made.problem);
      return 'stop';
    }
    const offline = made.value;
    const firstTarget = this.#targets;
    this.#targets += offline.update.policy?.targets.length ?? 0;
    await serveOffline(offline, this.parts, this.#side.config, { memory: this.#memory, firstTarget });
    const name = zoneOrigin(zone);
    const policy = this.parts.zones.find(name, name.length)?.attachment.policy;
    const { pools, lists } = policy ?? NO_POLICY;
    const targets = Array.from({ length: this.#targets - firstTarget }, (_, index) => firstTarget + index);
    this.health.add(zone, pools, targets);
    const isSigned = this.#side.isSigned?.(zone) === true;
    this.#ready.set(zone, { offline, pools, lists, values: new PoolValues(pools), isSigned });
    return undefined;
  }

  /** RFC 4035 §3.1.4.1: the DS of a zone is in its parent, where that is here as well. */
  #find({ name, type }: RecordedQuestion): ServedZone | undefined {
    const { zones } = this.parts;
    const above = type === RRTYPE.DS ? zones.findAbove(name, name.length) : undefined;
    return above ?? zones.find(name, name.length);
  }
}
