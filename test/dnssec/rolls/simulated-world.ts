/** A zone, its name servers, its parent and everybody's caches, in one process and with a clock turned by hand. */
import type { KeySet } from '../../../runtime/dnssec/keys/key-set.ts';
import type { RollCommand } from '../../../runtime/dnssec/rolls/commands.ts';
import type { KeyAction, KeyFacts } from '../../../runtime/dnssec/rolls/key-facts.ts';
import type { Observations, ServerSeen } from '../../../runtime/dnssec/rolls/observations.ts';
import { reconstruct } from '../../../runtime/dnssec/rolls/reconstruct.ts';
import { DEFAULT_ROLL_POLICY, type RollPolicy } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type RollState } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { step } from '../../../runtime/dnssec/rolls/step.ts';
import type { StepResult } from '../../../runtime/dnssec/rolls/step-input.ts';
import { Caches, type DataAnswer, type DsSet, digestOf, type KeysAnswer, whyBogus } from './validator.ts';

export const ZONE = 'zone.test.';
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** What a name server has of the zone. */
interface Content {
  readonly keys: KeysAnswer;
  readonly data: DataAnswer;
  readonly cds: KeySet['cds'];
}

/** A server that shows a change some time after it was made. */
export interface Lagging<T> {
  lag: number;
  /** It takes no change any more. */
  isFrozen: boolean;
  /** It answers nobody. */
  isDown: boolean;
  shown: T;
}

export interface WorldOptions {
  readonly policy?: Partial<RollPolicy>;
  readonly lags?: readonly number[];
  readonly parentLags?: readonly number[];
  /** Seconds until the parent acts on CDS; Infinity: it never looks. */
  readonly parentDelay?: number;
  readonly dsTtl?: number;
  readonly tick?: number;
  /** Resolvers hold the zone to the algorithms of its DNSKEY. */
  readonly isStrict?: boolean;
}

const UNSIGNED: Content = { keys: { keys: [], signers: [] }, data: { signers: [] }, cds: 'none' };

export class World {
  now = 1_700_000_000;
  policy: RollPolicy;
  /** The files of keys. */
  folder: KeyFacts[] = [];
  state: RollState = emptyState(ZONE, this.now);
  last: StepResult | undefined;
  readonly servers: Lagging<Content>[];
  readonly parents: Lagging<DsSet>[];
  parentDelay: number;
  /** Each step taken, as its name. */
  readonly steps: string[] = [];
  /** What goes wrong at a place between the effects of a step; the process is started anew. */
  crashes: (place: 'before-write' | 'after-write' | 'after-action' | 'after-actions') => boolean = () =>
    false;
  /** Whether the disk takes a state. */
  diskIsFull = false;
  folderIsReadOnly = false;
  observations: Observations = { zone: { servers: [] }, parent: { servers: [] } };

  readonly #tick: number;
  readonly #dsTtl: number;
  readonly #isStrict: boolean;
  readonly #zoneLog: { readonly at: number; readonly content: Content }[];
  readonly #dsLog: { readonly at: number; readonly content: DsSet }[];
  readonly #caches = {
    ds: new Caches<DsSet>(),
    keys: new Caches<KeysAnswer>(),
    data: new Caches<DataAnswer>(),
  };
  #cdsSince: { readonly text: string; readonly at: number } | undefined;
  #isFresh = true;
  #nextTag = 1000;

  constructor(options: WorldOptions = {}) {
    const {
      policy,
      lags = [0, 60],
      parentLags = [0, 120],
      parentDelay = 6 * HOUR,
      dsTtl = 2 * HOUR,
    } = options;
    this.policy = { ...DEFAULT_ROLL_POLICY, margin: 0, ttl: { keys: HOUR, zone: 3 * HOUR }, ...policy };
    this.parentDelay = parentDelay;
    this.#tick = options.tick ?? 60;
    this.#dsTtl = dsTtl;
    this.#isStrict = options.isStrict ?? false;
    this.#zoneLog = [{ at: 0, content: UNSIGNED }];
    this.#dsLog = [{ at: 0, content: { ds: [] } }];
    this.servers = lags.map((lag) => ({ lag, isFrozen: false, isDown: false, shown: UNSIGNED }));
    this.parents = parentLags.map((lag) => ({ lag, isFrozen: false, isDown: false, shown: { ds: [] } }));
  }

  /** The DS at the parent, as the registry has it. */
  get ds(): DsSet['ds'] {
    return this.#dsLog.at(-1)?.content.ds ?? [];
  }

  /** Somebody edits the DS at the parent by hand. */
  setDs(ds: DsSet['ds']): void {
    this.#dsLog.push({ at: this.now, content: { ds } });
  }

  dsOf(tag: number): DsSet['ds'][number] {
    const key = this.folder.find((each) => each.tag === tag);
    return { tag, algorithm: key?.algorithm ?? 0, digest: digestOf(key?.dnskey ?? '') };
  }

  /** Turns the clock on until `isDone`; false if that never is within `most` seconds. */
  runUntil(isDone: () => boolean, most: number): boolean {
    const end = this.now + most;
    while (this.now < end) {
      if (isDone()) return true;
      this.turn();
    }
    return isDone();
  }

  run(seconds: number): void {
    this.runUntil(() => false, seconds);
  }

  /** One tick: servers change, caches fill, the engine steps if it is time. */
  turn(command?: RollCommand): void {
    this.now += this.#tick;
    this.#poll();
    this.#show();
    this.#validate();
    this.wake(command);
  }

  /** Calls the engine if it is time for it, or if there is a command. */
  wake(command?: RollCommand): void {
    const { wants, wakeAt = 0 } = this.last ?? {};
    if (this.now >= (wants?.zone ?? 0)) this.look();
    let asked = command;
    // The engine takes one step at a time, and is called again after each.
    for (
      let calls = 0;
      calls < 20 && (asked !== undefined || this.now >= (calls === 0 ? wakeAt : 0));
      calls++
    ) {
      const before = stepOf(this.state);
      this.#step(asked, this.#elapsed());
      asked = undefined;
      const after = stepOf(this.state);
      if (after === before) return;
      this.steps.push(after);
    }
  }

  /** Calls the engine once, as after a time by a clock that nobody sets; `undefined`: as after a start. */
  wakeAfter(elapsed: number | undefined): void {
    this.#step(undefined, elapsed);
  }

  /** The next call of the engine comes after a start of its process. */
  restart(): void {
    this.state = JSON.parse(JSON.stringify(this.state)) as RollState;
    this.last = undefined;
    this.#isFresh = true;
  }

  /** The state on disk is lost, and made from the key files. */
  loseState(): void {
    this.state = reconstruct(ZONE, this.folder, this.policy.parentDelay, this.now);
    this.restart();
  }

  look(): void {
    const at = this.now;
    const zone = this.servers.map(
      (
        { isDown, shown },
        index,
      ): ServerSeen<NonNullable<Observations['zone']['servers'][number]['seen']>> => ({
        server: `ns${index}.${ZONE}`,
        address: `192.0.2.${index}`,
        at,
        ...(isDown ? { failed: 'nothing comes back' } : {}),
        seen: isDown
          ? undefined
          : {
              keys: shown.keys.keys.map(({ tag, algorithm }) => ({ tag, algorithm })),
              keysTtl: this.policy.ttl.keys,
              keySigners: shown.keys.signers,
              soaSigners: shown.data.signers,
              soaTtl: this.policy.ttl.zone,
            },
      }),
    );
    const parent = this.parents.map(
      (
        { isDown, shown },
        index,
      ): ServerSeen<NonNullable<Observations['parent']['servers'][number]['seen']>> => ({
        server: `ns${index}.test`,
        address: `198.51.100.${index}`,
        at,
        ...(isDown ? { failed: 'nothing comes back' } : {}),
        seen: isDown ? undefined : { ds: shown.ds.map((ds) => ({ ...ds, digestType: 2 })), ttl: this.#dsTtl },
      }),
    );
    this.observations = { zone: { servers: zone }, parent: { servers: parent } };
  }

  makeKey(algorithm: number, flags: number, times: KeyFacts['times'] = {}): KeyFacts {
    const tag = this.#nextTag++;
    const dnskey = Buffer.from([flags >> 8, flags & 255, 3, algorithm, tag >> 8, tag & 255]).toString(
      'base64',
    );
    const role = flags === 256 ? 'zsk' : this.policy.scheme === 'csk' ? 'csk' : 'ksk';
    const key: KeyFacts = { tag, algorithm, flags, role, dnskey, created: this.now, times };
    this.folder.push(key);
    return key;
  }

  #elapsed(): number | undefined {
    const elapsed = this.#isFresh ? undefined : this.now - this.state.at;
    this.#isFresh = false;
    return elapsed;
  }

  #step(command: RollCommand | undefined, elapsed: number | undefined): void {
    const input = { now: this.now, elapsed, policy: this.policy, observations: this.observations, command };
    const result = step(this.state, { ...input, keys: this.folder });
    if (this.diskIsFull) return;
    if (this.crashes('before-write')) {
      this.restart();
      return;
    }
    this.state = JSON.parse(JSON.stringify(result.state)) as RollState;
    this.last = result;
    if (!this.#hasActed(result)) this.restart();
    else this.#publish(result.keySet);
  }

  /** False if the process ended on the way. */
  #hasActed({ actions }: StepResult): boolean {
    if (this.crashes('after-write')) return false;
    for (const action of actions) {
      this.#act(action);
      if (this.crashes('after-action')) return false;
    }
    return !this.crashes('after-actions');
  }

  #act(action: KeyAction): void {
    if (this.folderIsReadOnly) return;
    switch (action.do) {
      case 'make-key':
        this.makeKey(action.algorithm, action.flags, action.times);
        return;
      case 'set-times':
        this.folder = this.folder.map((key) =>
          key.tag === action.tag ? { ...key, times: JSON.parse(JSON.stringify(action.times)) } : key,
        );
        return;
      case 'remove-key':
        this.folder = this.folder.filter(({ tag }) => tag !== action.tag);
        return;
    }
  }

  #publish({ dnskeys, unpublished, cds }: KeySet): void {
    const keys = dnskeys.map(({ tag, dnskey }) => ({
      tag,
      algorithm: dnskey[3] ?? 0,
      dnskey: Buffer.from(dnskey).toString('base64'),
    }));
    const signers = dnskeys.filter(({ signsKeys }) => signsKeys).map(({ tag }) => tag);
    const data = [...dnskeys, ...unpublished].filter(({ signsZone }) => signsZone).map(({ tag }) => tag);
    const content = { keys: { keys, signers }, data: { signers: data }, cds };
    if (JSON.stringify(this.#zoneLog.at(-1)?.content) === JSON.stringify(content)) return;
    this.#zoneLog.push({ at: this.now, content });
    this.#show();
    this.#validate();
  }

  /** The parent reads CDS once all name servers have had the same for long enough. */
  #poll(): void {
    const all = this.servers.map(({ shown }) => JSON.stringify(shown.cds));
    const [text = ''] = all;
    if (this.#cdsSince?.text !== text || all.some((each) => each !== text)) {
      this.#cdsSince = { text, at: this.now };
      return;
    }
    const [first] = this.servers;
    if (first === undefined || first.shown.cds === 'none' || this.now - this.#cdsSince.at < this.parentDelay)
      return;
    const { cds } = first.shown;
    const wanted = cds === 'delete' ? [] : cds.map((tag) => this.dsOf(tag));
    if (JSON.stringify(wanted) !== JSON.stringify(this.ds)) this.setDs(wanted);
  }

  /** What servers gave until now may be in caches, and some change. */
  #show(): void {
    this.#fill();
    for (const server of this.servers)
      if (!server.isFrozen) server.shown = latest(this.#zoneLog, this.now - server.lag);
    for (const server of this.parents)
      if (!server.isFrozen) server.shown = latest(this.#dsLog, this.now - server.lag);
    this.#fill();
  }

  #fill(): void {
    const { keys, zone } = this.policy.ttl;
    for (const { shown } of this.servers) {
      this.#caches.keys.hold(shown.keys, this.now + (shown.keys.keys.length > 0 ? keys : zone));
      this.#caches.data.hold(shown.data, this.now + zone);
    }
    for (const { shown } of this.parents) this.#caches.ds.hold(shown, this.now + this.#dsTtl);
  }

  #validate(): void {
    const sets = this.#caches.ds.alive(this.now);
    if (sets.every(({ ds }) => ds.length === 0)) return;
    const data = this.#caches.data.alive(this.now);
    for (const keys of this.#caches.keys.alive(this.now)) {
      for (const ds of sets) {
        for (const each of data) {
          const why = whyBogus(ds, keys, each, this.#isStrict);
          if (why !== undefined) throw new Error(this.#story(why, ds, keys, each));
        }
      }
    }
  }

  #story(why: string, ds: DsSet, keys: KeysAnswer, data: DataAnswer): string {
    const what = JSON.stringify({ ds: ds.ds, keys: keys.keys, signers: keys.signers, data: data.signers });
    return `Bogus: ${why}. ${what}. Steps: ${this.steps.join(' ')}`;
  }
}

function latest<T>(log: readonly { readonly at: number; readonly content: T }[], at: number): T {
  const found = log.findLast((entry) => entry.at <= at) ?? log[0];
  if (found === undefined) throw new Error('The log is empty');
  return found.content;
}

function stepOf({ roll }: RollState): string {
  if (roll === undefined) return 'idle';
  const number = roll.step === 'start' || roll.step === 'done' ? '' : String(roll.stage + 1);
  return `${roll.kind}:${roll.step}${number}`;
}
