/**
 * Puts new versions of zones in the place of old ones. A version is built completely, and its script
 * loaded in the sandbox, before it is seen by the first query; until then the old one answers. A zone
 * that was not there before is seen at once: its first queries wait for the script, not for nothing.
 * Of thousands not all are loaded, but those that are asked for.
 *
 * Versions of one zone follow one another in the order they came; zones do not wait for each other.
 */
import { within } from '../base/within.ts';
import type { SandboxLanes } from '../policy/sandbox-lanes.ts';
import type { ZoneUpdate } from '../rpc/control-protocol.ts';
import type { ZoneSet } from '../zone/zone-set.ts';
import {
  buildServedZone,
  policyKey,
  type Served,
  type ServedZone,
  type ServedZoneContext,
  zoneOrigin,
} from './served-zone.ts';

/** For a top level that has passed its trial. */
const LOAD_TIMEOUT_MS = 1000;
/**
 * A script that is not loaded by then is loaded when it is asked for. Long enough for some hundred
 * others that are ahead of it, and for a sandbox that has to be replaced.
 */
const PATIENCE_MS = 3000;

export interface PublisherOptions extends ServedZoneContext {
  readonly zones: ZoneSet<Served>;
  readonly sandbox: Pick<SandboxLanes, 'hold' | 'drop'>;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #current = new Map<string, ServedZone>();
  /** By zone: the end of what was last asked for it. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Every zone that is served. */
  get zones(): Iterable<ServedZone> {
    return this.#current.values();
  }

  /** Resolves when queries see all of it. */
  async apply(put: readonly ZoneUpdate[], drop: readonly string[]): Promise<void> {
    const dropped = drop.map((zone) => this.#inTurn(zone, () => this.#drop(zone)));
    const published = put.map((update) => this.#inTurn(update.zone, () => this.#put(update)));
    await Promise.all([...dropped, ...published]);
  }

  async #inTurn(zone: string, work: () => void | Promise<void>): Promise<void> {
    const turn = (this.#last.get(zone) ?? Promise.resolve()).then(work);
    this.#last.set(zone, turn);
    await turn;
    if (this.#last.get(zone) === turn) this.#last.delete(zone);
  }

  async #put(update: ZoneUpdate): Promise<void> {
    const { zones, sandbox } = this.#options;
    const before = this.#current.get(update.zone);
    if (before?.attachment.version === update.version) return;
    const zone = buildServedZone(update, this.#options);
    const loaded = this.#load(update, before?.attachment.policy?.key);
    if (before !== undefined) await loaded;
    zones.put(zone);
    this.#current.set(update.zone, zone);
    retire(before, sandbox);
    await loaded;
  }

  /** A script that does not load is served all the same: what passed its trial is what control counts on, and queries fall back. */
  async #load(update: ZoneUpdate, before: string | undefined): Promise<void> {
    const { policy } = update;
    if (policy === undefined || policy.quarantined !== undefined) return;
    const limits = { memoryMb: policy.memoryMb, timeoutMs: LOAD_TIMEOUT_MS };
    await within(PATIENCE_MS, this.#options.sandbox.hold(policyKey(update), policy.script, limits, before));
  }

  #drop(id: string): void {
    const { zones, sandbox } = this.#options;
    const zone = this.#current.get(id);
    if (zone === undefined) return;
    zones.delete(zoneOrigin(id));
    this.#current.delete(id);
    retire(zone, sandbox);
  }
}

/** Of a version that is not served any more. */
function retire(zone: ServedZone | undefined, sandbox: Pick<SandboxLanes, 'drop'>): void {
  const policy = zone?.attachment.policy;
  policy?.memo.retire();
  if (policy !== undefined) sandbox.drop(policy.key);
}
