/**
 * How much of the time of a process goes to signatures: a share, saved up for a short burst. Clients over
 * UDP are put off when it is spent, so that those who ask for new names cannot slow down all others.
 */

/** Milliseconds that are saved up at most. A debt is no larger: streams do not wait for the budget. */
const BURST_MS = 20;
/** What is made ahead leaves so much of the burst to queries, ... */
const LEFT_TO_QUERIES = 0.5;
/** ... but this part of the share is its own, or a flood of new names would keep new zones from being signed. */
const AHEAD = 0.25;

export class SigningBudget {
  /** May change: what is saved by then stays. */
  share: number;
  readonly #now: () => number;
  #savedMs = BURST_MS;
  /** Of what is saved, the part that is for signing ahead. */
  #aheadMs = 0;
  #at: number;
  /** Signatures made, and sets whose signatures were put off, so far. */
  made = 0;
  putOff = 0;

  /** `share` is of the time of this process, above 0 and at most 1; `now` is in milliseconds that only go up. */
  constructor(share: number, now: () => number = () => performance.now()) {
    this.share = share;
    this.#now = now;
    this.#at = now();
  }

  /** Whether a query that may be put off has its signatures made. */
  get hasTime(): boolean {
    return this.#savedMs > 0 || this.#save() > 0;
  }

  /** Milliseconds until a signature may be made ahead; 0 is now. */
  get msUntilSpare(): number {
    const lacking = LEFT_TO_QUERIES * BURST_MS - this.#save();
    return Math.max(0, Math.min(lacking, -this.#aheadMs / AHEAD)) / this.share;
  }

  /** Does the work of one signature, and takes the time that it took. */
  sign(work: (octets: Uint8Array) => Uint8Array, octets: Uint8Array, isAhead = false): Uint8Array {
    const from = this.#now();
    const signature = work(octets);
    const took = this.#now() - from;
    this.#savedMs -= took;
    if (isAhead) this.#aheadMs -= took;
    this.#save();
    this.made += 1;
    return signature;
  }

  #save(): number {
    const now = this.#now();
    const ms = this.share * (now - this.#at);
    this.#at = now;
    this.#savedMs = within(this.#savedMs + ms);
    this.#aheadMs = within(this.#aheadMs + AHEAD * ms);
    return this.#savedMs;
  }
}

function within(ms: number): number {
  return Math.max(-BURST_MS, Math.min(BURST_MS, ms));
}
