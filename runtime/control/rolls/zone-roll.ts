/**
 * The engine of rolls at work on one zone: its state on the disk, what was last seen at servers, and the commands
 * of operators. Steps of a zone take turns. What the zone serves never waits for any of this: it has the keys of
 * the last step that is on the disk.
 */
import path from 'node:path';
import type { Result } from '../../base/result.ts';
import type { KeySet } from '../../dnssec/keys/key-set.ts';
import { type Checklist, checklist } from '../../dnssec/rolls/checklist.ts';
import { doubtOf } from '../../dnssec/rolls/clock-check.ts';
import type { RollCommand } from '../../dnssec/rolls/commands.ts';
import { keysInFiles } from '../../dnssec/rolls/follow.ts';
import type { KeyAction } from '../../dnssec/rolls/key-facts.ts';
import { actInFolder, factsOfKey } from '../../dnssec/rolls/key-folder-hands.ts';
import { keySetOf } from '../../dnssec/rolls/key-set-of.ts';
import { NOTHING_SEEN, type Observations } from '../../dnssec/rolls/observations.ts';
import { reasonText } from '../../dnssec/rolls/reasons.ts';
import { reconstruct } from '../../dnssec/rolls/reconstruct.ts';
import type { RollPolicy } from '../../dnssec/rolls/roll-policy.ts';
import { emptyState, isLive, type RollState } from '../../dnssec/rolls/roll-state.ts';
import { stepName } from '../../dnssec/rolls/stages.ts';
import { step } from '../../dnssec/rolls/step.ts';
import type { StepInput, StepResult } from '../../dnssec/rolls/step-input.ts';
import { takeStep } from '../../dnssec/rolls/take-step.ts';
import { originOf } from '../../zone/origin.ts';
import { refusalsIn } from './refusals.ts';
import type { RollParts } from './roll-parts.ts';

/** Steps that follow each other at once: a roll that makes its keys and enters its first stage takes three. */
const MOST_STEPS = 8;

export class ZoneRoll {
  readonly zone: string;
  readonly #parts: RollParts;
  #state: RollState | undefined;
  #onDisk: RollState | undefined;
  #seen = NOTHING_SEEN;
  #last: StepResult | undefined;
  /** When the last step was taken, by the clock that nobody sets. */
  #at: number | undefined;
  #problem: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(zone: string, parts: RollParts) {
    this.zone = zone;
    this.#parts = parts;
  }

  get state(): RollState | undefined {
    return this.#state;
  }

  /** What the last step said; `undefined` before it. */
  get last(): StepResult | undefined {
    return this.#last;
  }

  /** What the roll waits for. */
  get waits(): string | undefined {
    return this.#last?.blocked.map(reasonText)[0];
  }

  /** Resolves when no step is being taken. */
  idle(): Promise<unknown> {
    return this.#turn;
  }

  /** Why the last step could not be taken. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get policy(): RollPolicy {
    return this.#parts.policyOf();
  }

  /** Whether the zone has keys by the state. */
  get hasKeys(): boolean {
    return this.#state?.keys.some(isLive) ?? false;
  }

  /** What the zone is to publish and sign with by the state. */
  get keySet(): KeySet {
    const { rolls, foreign } = this.policy;
    if (rolls && this.#state !== undefined) return keySetOf(this.#state.keys, foreign, this.#state.at);
    return step(this.#stateOr(), this.#input()).keySet;
  }

  /** Times at which keys changed by the state, or by their files where another server rolls. */
  get changes(): number[] {
    const { rolls } = this.policy;
    const keys = rolls ? (this.#state?.keys ?? []) : this.#facts();
    return keys.flatMap(({ times }) => Object.values(times)).filter((time) => time !== undefined);
  }

  /** Why nothing is to be signed: the clock says less than it did. */
  get clockProblem(): string | undefined {
    const { policy } = this;
    if (!policy.rolls || this.#state === undefined) return undefined;
    const doubt = doubtOf(this.#state, { now: this.#parts.now(), elapsed: this.#elapsed() }, policy);
    return doubt?.reason.kind === 'clock-back' ? reasonText(doubt.reason) : undefined;
  }

  /** Reads the state. Without one it is made of the key files; of a server that follows there is none. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      const { store, log, now } = this.#parts;
      const { rolls, parentDelay } = this.policy;
      if (!rolls) {
        // Another server rolls meanwhile: what this one remembers would take its steps back.
        await store.remove(this.zone);
        this.#state = undefined;
        this.#onDisk = undefined;
        return;
      }
      if (this.#state !== undefined) return;
      const read = await store.read(this.zone);
      if (read.ok && read.value !== undefined) {
        this.#state = read.value;
        this.#onDisk = read.value;
        return;
      }
      if (!read.ok) log.error({ code: 'DNSSEC_STATE', zone: this.zone }, unreadable(read.problem));
      // A key that cannot be read now may be the one that the parent's DS is of.
      if (this.#parts.hasSpoiltKeys()) return;
      this.#state = reconstruct(this.zone, this.#facts(), parentDelay, now());
    });
  }

  /** Takes the steps that can be taken now. Returns why a command is not obeyed. */
  step(command?: RollCommand): Promise<readonly string[]> {
    return this.#inTurn(() => this.#step(command));
  }

  saw(seen: Observations): void {
    this.#seen = seen;
  }

  /** The step at which the roll is, and how it goes on. */
  get checklist(): Checklist | undefined {
    const { policy } = this;
    if (policy.rolls && this.#state === undefined) return undefined;
    // After a start nothing has been seen yet, and the state says where the roll is.
    const last = this.#last ?? { blocked: [], alarms: [] };
    const state = policy.rolls ? this.#stateOr() : { ...this.#stateOr(), keys: keysInFiles(this.#facts()) };
    return checklist({ ...last, state }, policy);
  }

  async #step(command: RollCommand | undefined): Promise<readonly string[]> {
    const { rolls } = this.policy;
    if (!rolls) {
      this.#last = step(this.#stateOr(), this.#input());
      return command === undefined ? [] : ['this server does not roll ("dnssec.rolls" is false)'];
    }
    if (this.#at === undefined) await this.#readAgain();
    if (this.#state === undefined) return ['there are keys of the zone that cannot be read, and no state'];
    let refusals: readonly string[] | undefined;
    const before = this.#state;
    for (let taken = 0; taken < MOST_STEPS; taken++) {
      const result = await this.#take(refusals === undefined ? command : undefined);
      if (result === undefined) return [this.#problem ?? ''];
      refusals ??= refusalsIn(result, before, command);
      const isOver = result.actions.length === 0 && result.wakeAt > this.#parts.now();
      if (isOver || this.#problem !== undefined) break;
    }
    return refusals ?? [];
  }

  /** Before the first step: the server that this one replaces may have taken steps meanwhile. */
  async #readAgain(): Promise<void> {
    const read = await this.#parts.store.read(this.zone);
    if (!read.ok || read.value === undefined) return;
    this.#state = read.value;
    this.#onDisk = read.value;
  }

  async #take(command: RollCommand | undefined): Promise<StepResult | undefined> {
    const before = this.#stateOr();
    const { store } = this.#parts;
    const done = await takeStep(before, this.#onDisk, this.#input(command), {
      write: (state) => store.write(state),
      act: (action) => this.#act(action),
    });
    if (!done.ok) {
      this.#problem = `The state of the roll cannot be written, and its keys stay as they are: ${done.problem}`;
      return undefined;
    }
    const { result, written, problems } = done.value;
    this.#state = result.state;
    this.#onDisk = written;
    this.#last = result;
    this.#at = this.#parts.uptime();
    this.#problem = problems[0];
    this.#tell(before, result.state);
    return result;
  }

  async #act(action: KeyAction): Promise<Result<unknown>> {
    const { folder, keysOf, change, now, log } = this.#parts;
    const keys = keysOf();
    const done = await change(() => actInFolder(folder(), originOf(this.zone), keys, action, now()));
    if (!done.ok) return done;
    const made = done.value.find(({ name }) => keys.every((key) => key.name !== name));
    if (made !== undefined) {
      const { tag, algorithm } = made.key;
      const file = path.join(folder(), made.name);
      log.info({ zone: this.zone, tag, algorithm, file }, 'Key is made');
    }
    return done;
  }

  #tell(before: RollState, { roll }: RollState): void {
    if (before.roll === roll) return;
    const { log } = this.#parts;
    const kind = roll?.kind ?? before.roll?.kind;
    const facts = { zone: this.zone, roll: kind, ...(roll && { step: stepName(roll) }) };
    log.info(facts, roll === undefined ? 'Roll is over' : 'Roll goes on');
  }

  #stateOr(): RollState {
    return this.#state ?? emptyState(this.zone, this.#parts.now());
  }

  #input(command?: RollCommand): StepInput {
    const { now } = this.#parts;
    const times = { now: now(), elapsed: this.#elapsed() };
    return { ...times, policy: this.policy, observations: this.#seen, keys: this.#facts(), command };
  }

  #facts() {
    return this.#parts.keysOf().map(factsOfKey);
  }

  #elapsed(): number | undefined {
    return this.#at === undefined ? undefined : this.#parts.uptime() - this.#at;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

function unreadable(problem: string): string {
  return `The state of the roll cannot be read (${problem}), and is made anew of the key files`;
}
