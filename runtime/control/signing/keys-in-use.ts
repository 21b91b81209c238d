/**
 * The keys of signed zones as control holds them. The engine of rolls says which keys a zone publishes and signs
 * with; key files are read at the start, when files change and once a minute, and servers are looked at as rolls
 * want it. Zones whose keys change are made anew; private parts go to answer processes and nowhere else. This file is
 * long because looks at files, rounds of rolls and commands take turns with one state.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RollAsk, RollOutcome } from '../../admin/roll-ask.ts';
import { eachOf } from '../../base/each-of.ts';
import { isLive } from '../../dnssec/rolls/roll-state.ts';
import { RollStateStore } from '../../dnssec/rolls/state-store.ts';
import type { KeySource, SignedZoneFacts, SigningRules, ZoneKeys } from '../../registry/signed-zones.ts';
import type { SignedStatus } from '../../registry/zone-status.ts';
import type { FailedSigning, SigningKeys } from '../../rpc/zone-signing.ts';
import type { ZoneUpdate } from '../../rpc/zone-update.ts';
import { obey } from '../rolls/obey.ts';
import { Complaints } from './complaints.ts';
import { FolderHints } from './folder-hints.ts';
import { Gathering } from './gathering.ts';
import { KeyCupboard } from './key-cupboard.ts';
import type { KeysInUseOptions } from './keys-in-use-options.ts';
import { KeysOutside } from './keys-outside.ts';
import { SentKeys } from './sent-keys.ts';
import { signedStatus } from './signed-status.ts';
import { folderDigest, isSignedBy, keysNow, newSignedZone, type SignedZone } from './signed-zone.ts';
import { complaintsOf } from './zone-complaints.ts';

/** Time between two looks where no file is seen to change: keys of other servers begin and end by the clock. */
const ROUND_MS = 60_000;
/** Time in which complaints about single zones, and changes of their keys, are gathered. */
const TOGETHER_MS = 200;
/** Zones whose keys are stepped at a time when the folder has changed. */
const WIDTH = 8;

export class KeysInUse implements KeySource {
  readonly #options: KeysInUseOptions;
  readonly #now: () => number;
  readonly #store: RollStateStore;
  readonly #cupboard = new KeyCupboard();
  readonly #complaints: Complaints;
  readonly #zones = new Map<string, SignedZone>();
  readonly #outside: KeysOutside | undefined;
  /** Zones that have a state on the disk, or had one since the start. */
  #rolled: Set<string> = new Set();
  #isRolledKnown = true;
  readonly #sent = new SentKeys();
  readonly #changed = new Set<string>();
  /** Zones of which there may be something else to complain than is noted. */
  readonly #moved = new Set<string>();
  readonly #complaining = new Gathering(TOGETHER_MS, () => this.#complain());
  readonly #changing = new Gathering(TOGETHER_MS, () => this.#tellChanged());
  readonly #ending = new AbortController();
  #hints: FolderHints | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: KeysInUseOptions) {
    const { log, outside, rollsFolder } = options;
    this.#options = options;
    this.#now = () => Math.floor((options.now ?? Date.now)() / 1000);
    this.#store = new RollStateStore(rollsFolder);
    this.#complaints = new Complaints(log);
    if (outside === undefined) return;
    const now = this.#now;
    const onChange = (zone: string) => this.#compare(zone);
    this.#outside = new KeysOutside({
      outside: outside(this.#ending.signal),
      log,
      zones: this.#zones,
      now,
      onChange,
    });
  }

  /** Reads the folder; resolves when keys can be asked for. */
  async start(): Promise<void> {
    const rolled = await this.#store.zones();
    this.#isRolledKnown = rolled !== undefined;
    this.#rolled = new Set(rolled);
    await this.look();
    this.#timer = setInterval(() => void this.look(), ROUND_MS).unref();
  }

  /** Begins to look at servers: those of this machine answer from now on. */
  lookOutside(): void {
    this.#outside?.start();
  }

  stop(): Promise<unknown> {
    clearInterval(this.#timer);
    this.#complaining.stop();
    this.#changing.stop();
    this.#hints?.close();
    this.#outside?.stop();
    this.#ending.abort();
    return Promise.all([this.#looking, ...[...this.#zones.values()].map(({ roll }) => roll.idle())]);
  }

  async keysOf(zone: string, rules: SigningRules): Promise<ZoneKeys | FailedSigning | undefined> {
    const signed = this.#signedZone(zone, rules);
    await this.#prepare(signed);
    const held = keysNow(signed, this.#cupboard, this.#now());
    signed.held = held;
    this.#complainSoon(zone);
    const signals = this.#outside?.signalsIn(zone) ?? [];
    if (held === undefined || 'failed' in held.keys || signals.length === 0) return held?.keys;
    return { ...held.keys, signals };
  }

  async isLeaving(zone: string): Promise<boolean> {
    // A server that follows keeps no state: while keys of the zone are active by their times, it is not unsigned.
    if (!this.#options.settings().rolls) return isSignedBy(this.#cupboard.keysOf(zone), this.#now());
    const signed = this.#zones.get(zone);
    if (signed !== undefined) return signed.roll.hasKeys;
    // Where states cannot be looked at, a zone with active keys may be one whose DS the parent still has.
    if (!this.#rolled.has(zone))
      return !this.#isRolledKnown && isSignedBy(this.#cupboard.keysOf(zone), this.#now());
    const read = await this.#store.read(zone);
    // A state that cannot be read is no proof that the parent has no DS.
    return !read.ok || (read.value?.keys.some(isLive) ?? false);
  }

  served(zone: string, facts: SignedZoneFacts): void {
    const signed = this.#zones.get(zone);
    if (signed === undefined) return;
    signed.facts = facts;
    this.#outside?.served(signed);
  }

  /** Does what an operator says; `undefined` if the zone is not signed. */
  async obey(zone: string, ask: RollAsk): Promise<RollOutcome | undefined> {
    const signed = this.#zones.get(zone);
    if (signed === undefined) return undefined;
    const outcome = await obey(signed.roll, ask, () => this.#outside?.look(zone) ?? Promise.resolve());
    this.#compare(zone);
    this.#options.log.info({ zone, ...ask, outcome: outcome.kind }, 'Operator gave a command for keys');
    return outcome;
  }

  /** Looks at the folder now; looks take turns. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((err: unknown) => this.#options.log.error({ err }, 'A look at the folder of keys has failed'));
    return this.#looking;
  }

  /** As {@link SentKeys.toSend}; zones that are no longer signed, or dropped, are forgotten. */
  toSend(put: readonly ZoneUpdate[], drop: readonly string[]): SigningKeys[] {
    const unsigned = [
      ...drop,
      ...put.flatMap(({ zone, signing }) => (signing === undefined || 'elsewhere' in signing ? [zone] : [])),
    ];
    for (const zone of unsigned) this.#forget(zone);
    return this.#sent.toSend(put, unsigned, (zone) => this.#zones.get(zone)?.held);
  }

  /** Warnings for the operator, each as long as it holds. */
  warnings(): string[] {
    return this.#complaints.texts;
  }

  /** How a zone is signed; `undefined` if it is not to be signed. */
  statusOf(zone: string): SignedStatus | undefined {
    const signed = this.#zones.get(zone);
    return signed?.held && signedStatus(signed.held, signed);
  }

  #signedZone(zone: string, rules: SigningRules): SignedZone {
    const known = this.#zones.get(zone);
    if (known !== undefined) {
      known.rules = rules;
      return known;
    }
    const { settings, log, now } = this.#options;
    const made = newSignedZone(zone, rules, {
      settings,
      store: this.#store,
      log,
      cupboard: this.#cupboard,
      now: this.#now,
      uptime: () => (now === undefined ? performance.now() / 1000 : this.#now()),
    });
    this.#zones.set(zone, made);
    this.#rolled.add(zone);
    return made;
  }

  /** Takes the steps without which a zone has no keys, and those that its key files call for. */
  async #prepare(signed: SignedZone): Promise<void> {
    const { roll } = signed;
    await roll.open();
    const digest = folderDigest(roll.zone, this.#cupboard);
    const isFollower = !this.#options.settings().rolls;
    if (roll.hasKeys && digest === signed.stepped && !isFollower) return;
    // The keys of a state are served before any step is taken: ten thousand zones start at once.
    const isKnown = roll.hasKeys && signed.stepped === '';
    if (!isKnown) await roll.step();
    signed.stepped = folderDigest(roll.zone, this.#cupboard);
  }

  async #look(): Promise<void> {
    this.#watch(this.#options.settings().keys);
    await this.#cupboard.look(this.#options.settings().keys);
    const changed: string[] = [];
    await eachOf([...this.#zones], WIDTH, async ([zone, signed]) => {
      await this.#prepare(signed);
      if (this.#zones.get(zone) === signed && this.#isOther(signed)) changed.push(zone);
      this.#moved.add(zone);
      // Ten thousand zones are looked at while others are made.
      await nextTurn();
    });
    this.#complaining.now();
    if (changed.length > 0) this.#options.onChange(changed);
  }

  /** Other keys are in force once the zone is made anew, which asks for them. */
  #isOther(signed: SignedZone): boolean {
    const now = keysNow(signed, this.#cupboard, this.#now());
    if (now === undefined) return signed.held !== undefined;
    if (JSON.stringify(now.keys) !== JSON.stringify(signed.held?.keys)) return true;
    signed.held = now;
    return false;
  }

  #compare(zone: string): void {
    const signed = this.#zones.get(zone);
    if (signed === undefined) return;
    signed.stepped = folderDigest(zone, this.#cupboard);
    this.#complainSoon(zone);
    const isOther = this.#isOther(signed) || this.#outside?.hasNewSignals(zone) === true;
    if (!isOther) return;
    this.#changed.add(zone);
    this.#changing.soon();
  }

  #tellChanged(): void {
    const zones = [...this.#changed];
    this.#changed.clear();
    this.#options.onChange(zones);
  }

  #forget(zone: string): void {
    const signed = this.#zones.get(zone);
    if (signed !== undefined) this.#outside?.forget(signed);
    this.#zones.delete(zone);
    this.#moved.add(zone);
  }

  #watch(folder: string): void {
    if (this.#hints?.folder !== folder) {
      this.#hints?.close();
      this.#hints = new FolderHints(folder, () => this.look());
    }
    this.#hints.watch();
  }

  #complainSoon(zone: string): void {
    this.#moved.add(zone);
    this.#complaining.soon();
  }

  #complain(): void {
    for (const zone of this.#moved) {
      const signed = this.#zones.get(zone);
      this.#complaints.note(zone, signed === undefined ? [] : complaintsOf(signed));
    }
    this.#moved.clear();
    this.#complaints.tell(this.#cupboard.problems);
  }
}
