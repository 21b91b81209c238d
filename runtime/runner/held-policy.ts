/**
 * One version of a policy as the host of a sandbox knows it, and its requests until they are answered.
 *
 * The sandbox handles requests strictly in order. So the oldest one sent is the one that runs, its reply
 * must be the next to arrive, and if the process ends it is the one to blame.
 */

import { type ScriptJson, scriptJson } from '../rpc/script.ts';
import type { Charges } from './charges.ts';
import type { SandboxEvidence } from './evidence.ts';
import { FairShare } from './fair-share.ts';
import type { LoadLimits, LoadOutcome, PolicyVersion, RunAsk, RunOutcome } from './runs-and-loads.ts';

/** Characters of a script; with each of them escaped it still fits a frame, see rpc/framing.ts. */
const MOST_SCRIPT = 4_194_304;

/** One version of a policy. */
export class HeldPolicy implements PolicyVersion {
  readonly key: string;
  readonly script: ScriptJson;
  /** Why its script is not to be loaded; one that control has made JSON of it has tried before. */
  readonly unfit: string | undefined;
  readonly limits: LoadLimits;
  readonly charges: Charges;
  readonly wantsManifest: boolean;
  readonly share = new FairShare<PendingRun>();
  /** In the process that serves. What failed to load is tried again when it is asked for, not before. */
  state: 'cold' | 'loading' | 'loaded' | 'failed' = 'cold';
  /** How often the process was lost or given no processor while it loaded this, in a row. */
  lostLoads = 0;
  #onLoaded: ((outcome: LoadOutcome) => void) | undefined;

  constructor(version: PolicyVersion, onLoaded?: (outcome: LoadOutcome) => void) {
    const { key, script, limits, charges } = version;
    this.key = key;
    this.script = { json: scriptJson(script) };
    this.unfit = typeof script === 'string' && script.length > MOST_SCRIPT ? tooLong(script) : undefined;
    this.limits = limits;
    this.charges = charges;
    this.wantsManifest = limits.withoutManifest !== true;
    this.#onLoaded = onLoaded;
  }

  /** Whether its isolate is there or on its way. */
  get isPresent(): boolean {
    return this.state === 'loading' || this.state === 'loaded';
  }

  /** Whether somebody waits to hear how its first load goes. */
  get isAwaited(): boolean {
    return this.#onLoaded !== undefined;
  }

  /** Tells the caller that had it loaded how that went, the first time. */
  settle(outcome: LoadOutcome): void {
    this.#onLoaded?.(outcome);
    this.#onLoaded = undefined;
  }
}

interface Sent {
  readonly policy: HeldPolicy;
  /** On the wire; new each time it is sent. */
  id: number;
  /** When it became the oldest. */
  since: number;
  /** Milliseconds that the sandbox may compute for it. */
  readonly allowanceMs: number;
  /** If V8 can stop it, it has by the time that the sandbox has computed so much for it. */
  stopMs: number;
  /** Since it has been the oldest for a quarter of that. */
  evidence: SandboxEvidence | undefined;
  /** It is known to have computed longer than it may. */
  hasOffended: boolean;
}

export interface PendingLoad extends Sent {
  readonly kind: 'load';
}

export interface PendingRun extends Sent {
  readonly kind: 'run';
  readonly ask: RunAsk;
  /** `undefined` once the caller has been told. */
  done: ((outcome: RunOutcome) => void) | undefined;
  /** It has been sent to a process or an isolate that ended before its turn, or was given too little of a processor. */
  again: boolean;
}

export type PendingRequest = PendingLoad | PendingRun;

/** A run that has not been sent. */
export function newRun(
  policy: HeldPolicy,
  ask: RunAsk,
  done: (outcome: RunOutcome) => void,
  now: number,
): PendingRun {
  return {
    kind: 'run',
    policy,
    ask,
    done,
    again: false,
    id: 0,
    since: now,
    allowanceMs: ask.budgetMs,
    stopMs: ask.budgetMs,
    evidence: undefined,
    hasOffended: false,
  };
}

function tooLong({ length }: string): string {
  return `The compiled policy has ${length} characters: at most ${MOST_SCRIPT} are allowed`;
}
