/**
 * Puts new versions of zones in the place of old ones. A version is built completely, and its script
 * loaded in the sandbox, before it is seen by the first query; until then the old one answers. A zone
 * that was not there before is seen at once: its first queries wait for the script, not for nothing.
 * Of thousands not all are loaded, but those that are asked for.
 *
 * Versions of one zone follow one another in the order they came; zones do not wait for each other.
 */
import { open } from 'node:fs/promises';
import { fail, ok, type Result } from '../base/result.ts';
import { systemErrorText } from '../base/system-error.ts';
import { within } from '../base/within.ts';
import type { SandboxLanes } from '../policy/sandbox-lanes.ts';
import type { SentImage, SentZone } from '../rpc/control-protocol.ts';
import type { ZoneSet } from '../zone/zone-set.ts';
import {
  buildServedZone,
  policyKey,
  type Served,
  type ServedZone,
  type ServedZoneContext,
  zoneOrigin,
} from './served-zone.ts';

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

  /** Resolves when queries see all of it but the zones it tells of, which are served as they were. */
  async apply(put: readonly SentZone[], drop: readonly string[]): Promise<string[]> {
    const problems: string[] = [];
    const dropped = drop.map((zone) => this.#inTurn(zone, () => this.#drop(zone)));
    const published = put.map((update) =>
      this.#inTurn(update.zone, async () => {
        const done = await this.#put(update);
        if (!done.ok) problems.push(`${update.zone}: ${done.problem}`);
      }),
    );
    await Promise.all([...dropped, ...published]);
    return problems;
  }

  async #inTurn(zone: string, work: () => void | Promise<void>): Promise<void> {
    const turn = (this.#last.get(zone) ?? Promise.resolve()).then(work);
    this.#last.set(zone, turn);
    await turn;
    if (this.#last.get(zone) === turn) this.#last.delete(zone);
  }

  async #put(update: SentZone): Promise<Result<void>> {
    const { zones, sandbox } = this.#options;
    const before = this.#current.get(update.zone);
    if (before?.attachment.version === update.version) return ok(undefined);
    const image = await readImage(update.image);
    if (!image.ok) return image;
    const zone = buildServedZone({ ...update, image: image.value }, this.#options);
    const loaded = this.#load(update, before?.attachment.policy?.key);
    if (before !== undefined) await loaded;
    zones.put(zone);
    this.#current.set(update.zone, zone);
    retire(before, sandbox);
    await loaded;
    return ok(undefined);
  }

  /** A script that does not load is served all the same: what passed its trial is what control counts on, and queries fall back. */
  async #load(update: SentZone, before: string | undefined): Promise<void> {
    const { policy } = update;
    if (policy === undefined || policy.quarantined !== undefined) return;
    const { memoryMb, topLevelMs, loadMs } = policy;
    const limits = { memoryMb, timeoutMs: topLevelMs };
    const load = this.#options.sandbox.hold(policyKey(update), policy.script, limits, { before, loadMs });
    await within(PATIENCE_MS, load);
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

/** A large one is read at one go, by a thread that has nothing else to do. */
async function readImage(sent: SentImage): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if ('base64' in sent) return ok(new Uint8Array(Buffer.from(sent.base64, 'base64')));
  try {
    const file = await open(sent.file);
    try {
      const { size } = await file.stat();
      const image = new Uint8Array(size);
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(image, at, size - at, at);
        if (bytesRead === 0) return fail(`the file ${sent.file} was cut off`);
        at += bytesRead;
      }
      return ok(image);
    } finally {
      await file.close();
    }
  } catch (error) {
    return fail(`the file ${sent.file} cannot be read: ${systemErrorText(error)}`);
  }
}
