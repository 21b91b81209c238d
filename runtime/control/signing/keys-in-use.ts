/**
 * The keys of signed zones as control holds them: read from the key folder at the start, when files change and
 * once a minute, as keys begin and end by the clock. Zones whose keys change are made anew; private parts go
 * to answer processes and nowhere else.
 */
import path from 'node:path';
import type { Logger } from '../../base/log.ts';
import type { KeySource, SigningRules, ZoneKeys } from '../../registry/signed-zones.ts';
import type { SignedStatus } from '../../registry/zone-status.ts';
import type { FailedSigning, SigningKeys } from '../../rpc/zone-signing.ts';
import type { ZoneUpdate } from '../../rpc/zone-update.ts';
import { Complaints } from './complaints.ts';
import { makeFirstKeys } from './first-keys.ts';
import { FolderHints } from './folder-hints.ts';
import { type HeldKeys, nextState, signingKeysOf } from './held-keys.ts';
import { KeyCupboard } from './key-cupboard.ts';
import { signedStatus } from './signed-status.ts';

/** Time between two looks where no file is seen to change: keys begin and end by the clock as well. */
const ROUND_MS = 60_000;
/** Time in which complaints about single zones are gathered. */
const TOGETHER_MS = 200;

export interface KeysInUseOptions {
  /** The folder of keys, and whether keys may be made there. */
  readonly settings: () => { readonly keys: string; readonly rolls: boolean };
  readonly log: Logger;
  /** Called with the zones whose keys have changed since they were asked for. */
  readonly onChange: (zones: readonly string[]) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface SignedZone extends HeldKeys {
  readonly rules: SigningRules;
}

export class KeysInUse implements KeySource {
  readonly #options: KeysInUseOptions;
  readonly #now: () => number;
  readonly #cupboard = new KeyCupboard();
  readonly #complaints: Complaints;
  readonly #zones = new Map<string, SignedZone>();
  /** Zones whose keys answer processes have, and which. */
  readonly #sent = new Map<string, string>();
  #hints: FolderHints | undefined;
  #timer: NodeJS.Timeout | undefined;
  #complaining: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: KeysInUseOptions) {
    this.#options = options;
    this.#now = () => Math.floor((options.now ?? Date.now)() / 1000);
    this.#complaints = new Complaints(options.log);
  }

  /** Reads the folder; resolves when keys can be asked for. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), ROUND_MS).unref();
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#complaining);
    this.#hints?.close();
    return this.#looking;
  }

  async keysOf(zone: string, rules: SigningRules): Promise<ZoneKeys | FailedSigning> {
    await this.#looking;
    const state = await this.#stateOf(zone, rules);
    this.#zones.set(zone, { ...state, rules });
    this.#complainSoon();
    return state.keys;
  }

  /** Looks at the folder now; looks take turns. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((err: unknown) => this.#options.log.error({ err }, 'A look at the folder of keys has failed'));
    return this.#looking;
  }

  /**
   * The private keys that answer processes need for these versions of zones, if they do not have them; a zone
   * that is no longer signed, or dropped, has none from now on.
   */
  toSend(put: readonly ZoneUpdate[], drop: readonly string[]): SigningKeys[] {
    const unsigned = [
      ...drop,
      ...put.flatMap(({ zone, signing }) => (signing === undefined || 'elsewhere' in signing ? [zone] : [])),
    ];
    for (const zone of unsigned) this.#zones.delete(zone);
    const gone = unsigned.filter((zone) => this.#sent.delete(zone)).map((zone) => ({ zone, keys: [] }));
    const fresh = put.flatMap(({ zone, signing }) => {
      const state = this.#zones.get(zone);
      if (signing === undefined || state === undefined) return [];
      const keys = signingKeysOf(zone, state);
      const identity = keys.keys.map(({ dnskey }) => dnskey).join(' ');
      if (this.#sent.get(zone) === identity) return [];
      this.#sent.set(zone, identity);
      return [keys];
    });
    return [...gone, ...fresh];
  }

  /** Warnings for the operator, each as long as it holds. */
  warnings(): string[] {
    return this.#complaints.texts;
  }

  /** How a zone is signed; `undefined` if it is not to be signed. */
  statusOf(zone: string): SignedStatus | undefined {
    const state = this.#zones.get(zone);
    return state && signedStatus(state, state.rules);
  }

  async #look(): Promise<void> {
    const { keys: folder } = this.#options.settings();
    this.#watch(folder);
    await this.#cupboard.look(folder);
    const changed: string[] = [];
    for (const [zone, before] of this.#zones) {
      const state = await this.#stateOf(zone, before.rules);
      // Other keys are in force once the zone is made anew, which asks for them.
      if (JSON.stringify(state.keys) !== JSON.stringify(before.keys)) changed.push(zone);
      else this.#zones.set(zone, { ...state, rules: before.rules });
    }
    this.#complain();
    if (changed.length > 0) this.#options.onChange(changed);
  }

  /** The state of a zone by the folder as it was seen last; a zone without any keys gets its first. */
  async #stateOf(zone: string, rules: SigningRules): Promise<HeldKeys> {
    const { keys: folder, rolls } = this.#options.settings();
    const problems = this.#cupboard.problemsOf(zone);
    const before = this.#zones.get(zone);
    const hasNone =
      this.#cupboard.keysOf(zone).length === 0 && problems.length === 0 && (before?.of.length ?? 0) === 0;
    if (hasNone && rolls) {
      const made = await makeFirstKeys(folder, zone, rules, this.#now());
      if (!made.ok) return nextState(zone, [], [made.problem], before, this.#now());
      this.#cupboard.add(zone, made.value);
      for (const { name, key } of made.value)
        this.#options.log.info(
          { zone, tag: key.tag, algorithm: key.algorithm, file: path.join(folder, name) },
          'Key is made',
        );
    }
    return nextState(zone, this.#cupboard.keysOf(zone), problems, before, this.#now());
  }

  #watch(folder: string): void {
    if (this.#hints?.folder !== folder) {
      this.#hints?.close();
      this.#hints = new FolderHints(folder, () => void this.look());
    }
    this.#hints.watch();
  }

  #complainSoon(): void {
    this.#complaining ??= setTimeout(() => this.#complain(), TOGETHER_MS).unref();
  }

  #complain(): void {
    clearTimeout(this.#complaining);
    this.#complaining = undefined;
    const ofZones = [...this.#zones].flatMap(([zone, { problem }]) =>
      problem === undefined ? [] : [{ zone, problem }],
    );
    this.#complaints.set(this.#cupboard.problems, ofZones);
  }
}
