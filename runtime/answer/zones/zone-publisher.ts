/**
 * Puts new versions of zones in the place of old ones. A version is built completely, and its script
 * loaded in the sandbox, before it is seen by the first query; until then the old one answers. A zone
 * that was not there before is seen at once: its first queries wait for the script, not for nothing.
 * Zones that are only expected stand in the set as well (expected-zone.ts), until a version takes their place.
 * Of thousands not all are loaded, but those that are asked for. All of it is done in slices, between queries.
 *
 * Versions of one zone follow one another in the order they came; zones do not wait for each other.
 */
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { Slices } from '../../base/loop/slices.ts';
import type { Steps } from '../../base/loop/steps.ts';
import { ok, type Result } from '../../base/result.ts';
import { within } from '../../base/within.ts';
import type { SignAhead } from '../../dnssec/signing/sign-ahead.ts';
import type { AliasNews } from '../../health/aliases/alias-news.ts';
import type { ZoneOverrides } from '../../health/overrides/zone-overrides.ts';
import { History } from '../../journal/history.ts';
import { type PolicyBody, policyBodyInSteps } from '../../rpc/policy-body.ts';
import { isEmptyScript } from '../../rpc/script.ts';
import type { SentZone } from '../../rpc/zone-update.ts';
import type { SandboxLanes } from '../../runner/lanes/lanes.ts';
import { policyKey } from '../../runner/policy-key.ts';
import type { ZoneSet } from '../../zone/zone-set.ts';
import { OctetsReader } from '../replies/sent-octets.ts';
import { expectedZone } from './expected-zone.ts';
import { learnSignatures } from './learn-signatures.ts';
import { ServedAliases } from './served-aliases.ts';
import { ServedOverrides } from './served-overrides.ts';
import { signedBy } from './served-signing.ts';
import {
  type Served,
  type ServedPolicy,
  type ServedUpdate,
  type ServedZone,
  type ServedZoneContext,
  servedZoneInSteps,
  zoneOrigin,
} from './served-zone.ts';
import { setsAhead } from './sets-ahead.ts';

const PUBLISHING = foreignWork({
  name: 'publishing',
  cause: 'control',
  kind: 'sliced',
  milliseconds: 3,
  octets: 25_000_000,
});
/**
 * A script that is not loaded by then is loaded when it is asked for. Long enough for some hundred
 * others that are ahead of it, and for a sandbox that has to be replaced.
 */
const PATIENCE_MS = 3000;
/** Longer than any query waits that began with a replaced version. */
const OVERRIDES_MS = 10_000;
/** Slots of targets that are released in one step. */
const SLOTS = 1024;

export interface PublisherOptions extends ServedZoneContext {
  readonly zones: ZoneSet<Served>;
  readonly sandbox: Pick<SandboxLanes, 'hold' | 'drop'>;
  /** Signs what is known of a zone before it is asked for; without it, nothing is. */
  readonly ahead?: SignAhead;
  /** Where pieces of octets come in, if any do. */
  readonly octets?: OctetsReader;
}

interface Built {
  readonly zone: ServedZone;
  readonly policy: (NonNullable<ServedUpdate['policy']> & PolicyBody) | undefined;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #octets: OctetsReader;
  readonly #slices = new Slices(PUBLISHING);
  readonly #overrides: ServedOverrides;
  readonly #aliases: ServedAliases;
  readonly #current = new Map<string, ServedZone>();
  /** By zone that is signed ahead: what ends that. */
  readonly #ahead = new Map<ServedZone, () => void>();
  /** By zone: the end of what was last asked for it. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#octets = options.octets ?? new OctetsReader();
    this.#overrides = new ServedOverrides(options.health);
    this.#aliases = new ServedAliases(options.health);
  }

  /** Goes by what operators say of the pools of these zones, now and in versions to come. */
  async override(zones: readonly ZoneOverrides[]): Promise<void> {
    const taken = zones.map((told) =>
      this.#inTurn(told.zone, async () => {
        const served = this.#current.get(told.zone)?.attachment.policy?.pools;
        await this.#slices.run(told.zone, this.#overrides.takeInSteps(told, served));
      }),
    );
    await Promise.all(taken);
  }

  /** Goes by what is known of the targets of aliases, now and in versions to come. */
  async resolve(news: readonly AliasNews[]): Promise<void> {
    const overridden = this.#aliases.take(news);
    if (overridden.size === 0) return;
    const renewed = Array.from(this.#current, async ([id, { attachment }]) => {
      const { policy } = attachment;
      if (policy?.aliased.some((pool) => overridden.has(pool)) !== true) return;
      await this.#inTurn(id, () => this.#slices.run(id, this.#overrides.renewInSteps(id, policy.pools)));
    });
    await Promise.all(renewed);
  }

  /** Every zone that is served. */
  get zones(): Iterable<ServedZone> {
    return this.#current.values();
  }

  /** Resolves when queries see all of it but the zones it tells of, which are served as they were. */
  async apply(
    put: readonly SentZone[],
    drop: readonly string[],
    expect: readonly string[] = [],
  ): Promise<string[]> {
    const problems: string[] = [];
    const expected = expect.map((zone) =>
      this.#inTurn(zone, () => this.#slices.run(zone, this.#expect(zone))),
    );
    const dropped = drop.map((zone) => this.#inTurn(zone, () => this.#slices.run(zone, this.#drop(zone))));
    const published = put.map((update) =>
      this.#inTurn(update.zone, async () => {
        const done = await this.#put(update);
        if (done.ok) return;
        problems.push(`${update.zone}: ${done.problem}`);
        // A zone whose octets are lost is not one that nobody knows.
        await this.#slices.run(update.zone, this.#expect(update.zone));
      }),
    );
    await Promise.all([...expected, ...dropped, ...published]);
    return problems;
  }

  async #inTurn(zone: string, work: () => void | Promise<void>): Promise<void> {
    const turn = (this.#last.get(zone) ?? Promise.resolve()).then(work);
    this.#last.set(zone, turn);
    await turn;
    if (this.#last.get(zone) === turn) this.#last.delete(zone);
  }

  async #put(update: SentZone): Promise<Result<void>> {
    const before = this.#current.get(update.zone);
    if (before?.attachment.version === update.version) return this.#learn(before, update);
    const image = await this.#octets.read(update.image);
    if (!image.ok) return image;
    const body = update.policy && (await this.#octets.read(update.policy.body));
    if (body?.ok === false) return body;
    const built = await this.#slices.run(update.zone, this.#build(update, image.value, body?.value));
    const loaded = this.#load(update, built.policy, before?.attachment.policy?.key);
    if (before !== undefined) await loaded;
    await this.#slices.run(update.zone, this.#swap(built.zone, before));
    await loaded;
    return this.#learn(built.zone, update);
  }

  /** Takes over what led to a version, and the signatures that control has made of it. */
  async #learn(zone: ServedZone, { history, signed }: SentZone): Promise<Result<void>> {
    const { attachment } = zone;
    const octets = history && (await this.#octets.read(history));
    const image = signed && (await this.#octets.read(signed));
    if (image?.ok) learnSignatures(zone, image.value);
    attachment.history = octets?.ok ? new History(octets.value) : undefined;
    if (octets?.ok === false) return octets;
    return image?.ok === false ? image : ok(undefined);
  }

  *#build(
    { policy: sent, ...update }: SentZone,
    image: Uint8Array<ArrayBuffer>,
    body: Uint8Array<ArrayBuffer> | undefined,
  ): Steps<Built> {
    const policy = sent && body && { ...sent, ...(yield* policyBodyInSteps(body)) };
    const zone = yield* servedZoneInSteps({ ...update, image, ...(policy && { policy }) }, this.#options);
    return { zone, policy };
  }

  *#swap(zone: ServedZone, before: ServedZone | undefined): Steps<void> {
    const { zones } = this.#options;
    const { id, policy } = zone.attachment;
    if (policy !== undefined) {
      this.#aliases.begin(policy.aliased);
      yield* this.#overrides.beginInSteps(id, policy.pools);
    }
    yield* zones.makeRoomInSteps();
    zones.put(zone);
    this.#current.set(id, zone);
    this.#signAhead(zone);
    yield* this.#retire(before);
  }

  #signAhead(zone: ServedZone): void {
    const { id, signing: outcome } = zone.attachment;
    const { ahead } = this.#options;
    const signing = signedBy(outcome);
    if (ahead === undefined || signing?.made === undefined) return;
    this.#ahead.set(
      zone,
      // What control signs is there in a moment.
      ahead.add(id, signing.made.signer, () => (signing.made?.ofControl ? [] : setsAhead(zone, signing))),
    );
  }

  /** A script that does not load is served all the same: what passed its trial is what control counts on, and queries fall back. */
  async #load(update: SentZone, policy: Built['policy'], before: string | undefined): Promise<void> {
    if (policy === undefined || policy.quarantined !== undefined || isEmptyScript(policy.script)) return;
    const { memoryMb, topLevelMs, loadMs, budgetMs } = policy;
    const limits = { memoryMb, timeoutMs: topLevelMs, withoutManifest: true };
    const known = { before, loadMs, budgetMs };
    const load = this.#options.sandbox.hold(policyKey(update), policy.script, limits, known);
    await within(PATIENCE_MS, load);
  }

  /** Has queries for a zone that is to come answered as such, not from a zone above or as if nobody knew it. */
  *#expect(id: string): Steps<void> {
    const { zones, counters } = this.#options;
    if (this.#current.has(id)) return;
    yield* zones.makeRoomInSteps();
    zones.put(expectedZone(id, counters));
  }

  *#drop(id: string): Steps<void> {
    const { zones, counters } = this.#options;
    const zone = this.#current.get(id);
    this.#current.delete(id);
    // A zone that was expected is dropped as one that was served.
    if (!zones.delete(zoneOrigin(id))) return;
    yield* this.#retire(zone);
    counters.drop(id);
    yield* zones.tidyInSteps();
  }

  /** Queries that began with a version, and wait, go by its overrides as well. */
  #endOverrides(id: string, pools: ServedPolicy['pools']): void {
    if (!this.#overrides.has(pools)) return;
    setTimeout(() => void this.#slices.run(id, this.#overrides.endInSteps(pools)), OVERRIDES_MS).unref();
  }

  /** Of a version that is not served any more. */
  *#retire(zone: ServedZone | undefined): Steps<void> {
    if (zone === undefined) return;
    const { policy, signing } = zone.attachment;
    this.#ahead.get(zone)?.();
    this.#ahead.delete(zone);
    signedBy(signing)?.made?.signer.close();
    if (policy === undefined) return;
    const { sandbox, health } = this.#options;
    this.#aliases.end(policy.aliased);
    policy.memo.retire();
    sandbox.drop(policy.key);
    this.#endOverrides(zone.attachment.id, policy.pools);
    for (const [index, slot] of policy.slots.entries()) {
      if (index % SLOTS === 0) yield;
      health.release(slot);
    }
  }
}
