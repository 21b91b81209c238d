/**
 * One version of a policy as the host of a sandbox knows it, and its requests until they are answered.
 *
 * The sandbox handles requests strictly in order. So the oldest request sent is the one that runs, its reply
 * must be the next to arrive, and its policy is to blame if the process ends.
 */

import { type ScriptJson, scriptJson } from '../rpc/script.ts';
import type { Charges } from './charges.ts';
import type { SandboxEvidence } from './evidence.ts';
import { FairShare } from './fair-share.ts';
import type { LoadLimits, LoadOutcome, PolicyVersion, RunAsk, RunOutcome } from './runs-and-loads.ts';

/** Characters of a script; with each of them escaped, such a script still fits a frame (rpc/framing.ts). */
const MOST_SCRIPT = 4_194_304;

/** So many runs of a host are told where their clients are, to see whether it reads that. */
const PLACE_RUNS = 16;

/** One version of a policy. */
export class HeldPolicy implements PolicyVersion {
  readonly key: string;
  readonly script: ScriptJson;
  /** Why the script cannot be loaded. A script that comes as JSON is not checked: control has tried it. */
  readonly unfit: string | undefined;
  readonly limits: LoadLimits;
  readonly charges: Charges;
  readonly wantsManifest: boolean;
  readonly share: FairShare<PendingRun>;
  /** State in the process that serves. A policy that failed to load is tried again when asked, not before. */
  state: 'cold' | 'loading' | 'loaded' | 'failed' = 'cold';
  /** How often in a row the process was lost, or got no processor, while it loaded this policy. */
  lostLoads = 0;
  /** How many more runs find code that V8 has not compiled yet, since the last load. */
  coldRuns = 0;
  /** Runs since its isolate was last tidied (tidying.ts). */
  untidyRuns = 0;
  /** Host → how many more of its runs are told where their clients are, though none has read it. */
  readonly #placeRuns = new Map<string, number>();
  /** Its runs are sent one by one until then: lately one of several was stopped (performance.now() milliseconds). */
  aloneUntil = Number.NEGATIVE_INFINITY;
  #onLoaded: ((outcome: LoadOutcome) => void) | undefined;

  constructor(version: PolicyVersion, onLoaded?: (outcome: LoadOutcome) => void) {
    const { key, script, limits, charges } = version;
    this.key = key;
    this.script = { json: scriptJson(script) };
    this.unfit = typeof script === 'string' && script.length > MOST_SCRIPT ? tooLong(script) : undefined;
    this.limits = limits;
    this.charges = charges;
    this.share = new FairShare(limits.shares);
    this.wantsManifest = limits.withoutManifest !== true;
    this.#onLoaded = onLoaded;
  }

  /** Whether the policy is loaded or being loaded. */
  get isPresent(): boolean {
    return this.state === 'loading' || this.state === 'loaded';
  }

  /** Whether a caller waits for the outcome of the first load. */
  get isAwaited(): boolean {
    return this.#onLoaded !== undefined;
  }

  /** Whether the next run of a host is to be told where its client is. */
  wantsPlace(host: string): boolean {
    return (this.#placeRuns.get(host) ?? PLACE_RUNS) > 0;
  }

  /** Notes that a host has been told where a client is, and whether it has read it: then it is always told. */
  notePlace(host: string, isRead: boolean): void {
    const left = isRead ? Number.POSITIVE_INFINITY : (this.#placeRuns.get(host) ?? PLACE_RUNS) - 1;
    this.#placeRuns.set(host, left);
  }

  /** Gives the caller the outcome of the first load. */
  settle(outcome: LoadOutcome): void {
    this.#onLoaded?.(outcome);
    this.#onLoaded = undefined;
  }
}

interface Sent {
  readonly policy: HeldPolicy;
  /** The request's number in messages; new each time the request is sent. */
  id: number;
  /** When the request became the oldest (performance.now() milliseconds). */
  since: number;
  /** Milliseconds that the sandbox may compute for the request. */
  allowanceMs: number;
  /** Once the sandbox has computed so many milliseconds for the run, V8 has stopped it, if V8 can. */
  stopMs: number;
  /** Gathered once the request has been the oldest for a quarter of its allowance. */
  evidence: SandboxEvidence | undefined;
  /** Whether the request is known to have computed longer than it may. */
  hasOffended: boolean;
}

export interface PendingLoad extends Sent {
  readonly kind: 'load';
}

export interface PendingRun extends Sent {
  readonly kind: 'run';
  readonly ask: RunAsk;
  /** Calls back with the outcome; `undefined` once the caller has it. */
  done: ((outcome: RunOutcome) => void) | undefined;
  timeoutMs: number;
  wallMs: number;
  /** Whether it is told where its client is. */
  hasPlace: boolean;
  /** Whether it is not to share a call with other runs of its policy, and whether it does. */
  isAlone: boolean;
  sharesCall: boolean;
  /** Whether the run is sent again: its process or isolate ended too early, or got too little processor. */
  again: boolean;
}

export type PendingRequest = PendingLoad | PendingRun;

/** Whether a request is one of several runs in one call. */
export function isShared(request: PendingRequest): request is PendingRun {
  return request.kind === 'run' && request.sharesCall;
}

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
    timeoutMs: 0,
    wallMs: 0,
    hasPlace: true,
    isAlone: false,
    sharesCall: false,
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
