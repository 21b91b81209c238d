/**
 * The law of blame: whatever delays there are in the host's loop, on the machine and in what the kernel tells, a policy
 * whose runs compute no longer than its budget is never charged, nor is its sandbox killed for it; and one that
 * computes for ever is killed before it has computed much more.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SandboxChannel } from '../../runtime/runner/channel.ts';
import type { HeldPolicy } from '../../runtime/runner/held-policy.ts';
import { newRun } from '../../runtime/runner/held-policy.ts';
import type { RunToSend } from '../../runtime/runner/process/frame-writer.ts';
import { KILL_MS, LOST_MS } from '../../runtime/runner/verdict.ts';
import { FACTS } from './guests.ts';
import { heldPolicy } from './held-policy.ts';

const STEP_MS = 0.25;
/** As sandbox/limits.ts has it. */
const MOST_WAIT_MS = 1;

interface Job {
  readonly id: number;
  readonly key: string;
  left: number;
}

interface Frame {
  readonly told: FakeSandbox['told'];
  readonly ids: readonly number[];
}

interface World {
  /** Policies by the milliseconds that each of their runs computes, the budget being 5. */
  readonly runs: readonly (readonly [policy: number, computes: number, pause: number])[];
  /** The machine: how long in turn the sandbox has a processor, and how long it has none. */
  readonly machine: readonly (readonly [runsMs: number, waitsMs: number])[];
  /** The host: how long it stalls in each turn before it reads the pipe, and after. */
  readonly stalls: readonly (readonly [before: number, after: number])[];
  /** How often the kernel brings its figure up to date. */
  readonly tickMs: number;
  /** What the sandbox computes for itself after each frame. */
  readonly ownMs: number;
}

const BUDGET_MS = 5;

/** A sandbox process, a machine that gives it a processor or does not, and a kernel that tells of it late. */
class FakeSandbox {
  loads = 0;
  manifests = 0;
  isRead = true;
  isStopped = false;
  told: { readonly t: 'clock'; readonly computedMs: number; readonly isOwn: boolean } | undefined;
  end: 'abandoned' | 'given up' | undefined;
  truth = 0;
  readonly pipe: Frame[] = [];
  readonly #world: World;
  readonly #computes: (key: string) => number;
  readonly #jobs: Job[] = [];
  #own = 0;
  #figure = 0;
  #waiting: number[] = [];
  #waitingKey = '';
  #waitsMs = 0;
  #segment = 0;
  #left: number;
  #has = true;
  /** Moments at which it had computed so much. */
  readonly history: [at: number, truth: number][] = [];

  constructor(world: World, computes: (key: string) => number) {
    this.#world = world;
    this.#computes = computes;
    this.#left = world.machine[0]?.[0] ?? 1;
  }

  get computedMs(): number {
    return 1000 + this.#figure;
  }

  send(): void {}

  sendRun({ id, ask: { key } }: RunToSend): void {
    this.#jobs.push({ id, key, left: this.#computes(key) });
  }

  abandon(): void {
    this.end = 'abandoned';
  }

  giveUp(): void {
    this.end = 'given up';
  }

  step(now: number): void {
    this.#left -= STEP_MS;
    if (this.#left <= 0) this.#switch();
    const isBusy = this.#own > 0 || this.#jobs.length > 0;
    if (this.#has && isBusy) this.#compute();
    // A thread that sleeps or was taken off its processor has been counted to the end.
    if (
      !(this.#has && isBusy) ||
      Math.floor(now / this.#world.tickMs) !== Math.floor((now + STEP_MS) / this.#world.tickMs)
    )
      this.#figure = this.truth;
    this.history.push([now, this.truth]);
  }

  #switch(): void {
    if (!this.#has) this.#segment += 1;
    this.#has = !this.#has;
    this.#left = this.#world.machine[this.#segment % this.#world.machine.length]?.[this.#has ? 0 : 1] ?? 1;
  }

  #compute(): void {
    this.truth += STEP_MS;
    if (this.#own > 0) {
      this.#own -= STEP_MS;
      if (this.#own <= 0) this.#tell([], false);
      return;
    }
    this.#waitsMs += STEP_MS;
    const [job] = this.#jobs;
    if (job === undefined) return;
    job.left -= STEP_MS;
    if (job.left > 0) return;
    this.#jobs.shift();
    this.#waiting.push(job.id);
    this.#waitingKey = job.key;
    const next = this.#jobs[0];
    if (next === undefined || next.key !== this.#waitingKey || this.#waitsMs > MOST_WAIT_MS) this.#flush();
  }

  #flush(): void {
    this.#own = this.#world.ownMs;
    this.#tell(this.#waiting, false);
    if (this.#own > 0) this.#tell([], true);
    this.#waiting = [];
    this.#waitsMs = 0;
  }

  #tell(ids: readonly number[], isOwn: boolean): void {
    this.pipe.push({ told: { t: 'clock', computedMs: 1000 + this.truth, isOwn }, ids });
  }
}

interface Ending {
  readonly sandbox: FakeSandbox;
  readonly policies: readonly HeldPolicy[];
  readonly now: number;
  /** Of it, for which the host stalled. */
  readonly stalledMs: number;
}

/** Lives through a world until all is decided or the process is lost. */
function live(world: World, others: boolean): Ending {
  const names = [...new Set(world.runs.map(([policy]) => policy))];
  const policies = names.map((name) => heldPolicy(String(name)));
  const computes = new Map(world.runs.map(([policy, ms]) => [String(policy), ms]));
  const sandbox = new FakeSandbox(world, (key) => computes.get(key) ?? 0);
  let due = Number.POSITIVE_INFINITY;
  const channel = new SandboxChannel(sandbox, (at) => {
    due = Math.min(due, at);
  });
  let now = 0;
  let stalledMs = 0;
  const pass = (ms: number): void => {
    for (const end = now + ms; now < end && sandbox.end === undefined; now += STEP_MS) sandbox.step(now);
  };
  const todo = [...world.runs];
  let nextAt = 0;
  for (let turn = 0; turn < 3000 && sandbox.end === undefined; turn += 1) {
    const [before, after] = world.stalls[turn % world.stalls.length] ?? [0, 0];
    pass(before);
    // What is in the pipe now is read in this turn, and nothing that comes while it is.
    const frames = sandbox.pipe.splice(0);
    pass(after);
    stalledMs += before + after;
    for (const { told, ids } of frames) {
      sandbox.told = told;
      for (const id of ids) {
        assert.equal(channel.oldest?.id, id);
        channel.advance(now);
      }
    }
    while (todo.length > 0 && now >= nextAt) {
      const [policy, , pause] = todo.shift() ?? [0, 0, 0];
      const held = policies[names.indexOf(policy)] ?? assert.fail();
      const deadlineAt = others ? now + 1e9 : now + 50;
      const ask = {
        key: held.key,
        host: 'www',
        name: 'www',
        type: 'A',
        facts: FACTS,
        budgetMs: BUDGET_MS,
        deadlineAt,
      };
      channel.run(
        newRun(held, ask, () => {}, now),
        now,
      );
      nextAt = now + pause;
    }
    if (now >= due) {
      due = Number.POSITIVE_INFINITY;
      const next = channel.judge(now, true);
      due = Math.min(due, next);
    }
    if (todo.length === 0 && channel.oldest === undefined) break;
    // A turn of the loop: as short as it can be where there is something to do, else until there is.
    pass(STEP_MS);
    const hasNext = (): boolean => todo.length > 0 && now >= nextAt;
    const isIdle = (): boolean => now < due && !hasNext() && sandbox.pipe.length === 0;
    for (let waited = 0; waited < 50 && isIdle(); waited += 1) pass(STEP_MS);
  }
  return { sandbox, policies, now, stalledMs };
}

const mostly = (usual: number, most: number) =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 8 },
    { arbitrary: fc.integer({ min: 0, max: most }), weight: 2 },
  );
const delays = {
  machine: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), mostly(0, 5000)), {
    minLength: 1,
    maxLength: 8,
  }),
  stalls: fc.array(fc.tuple(mostly(0, 1500), mostly(0, 1500)), { minLength: 1, maxLength: 20 }),
  tickMs: fc.constantFrom(1, 4, 10),
  ownMs: fc.constantFrom(0, 0, 1, 20),
};
const innocents = fc.record({
  ...delays,
  runs: fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5 })), {
      minLength: 1,
      maxLength: 30,
    })
    .chain((runs) =>
      fc
        .array(fc.integer({ min: 1, max: 4 * BUDGET_MS }), { minLength: 4, maxLength: 4 })
        .map((costs) => runs.map(([policy, pause]) => [policy, (costs[policy] ?? 1) / 4, pause] as const)),
    ),
});

/** It is taken off its processor in the midst of a run, and does not come back. */
const FROZEN: World = { machine: [[1, 10_000]], stalls: [[0, 0]], tickMs: 4, ownMs: 0, runs: [[0, 4, 0]] };

/** Its host is stalled for a while at once after it was looked at. */
const STALLED: World = {
  machine: [
    [16, 0],
    [15, 1302],
    [1, 1946],
  ],
  stalls: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 128],
    [0, 0],
    [0, 0],
  ],
  tickMs: 1,
  ownMs: 20,
  runs: [
    [0, 3, 2],
    [3, 4.75, 4],
    [0, 3, 2],
    [3, 4.75, 0],
  ],
};

test('Who computes no longer than the budget is never charged, suspected or killed', () => {
  let [replaced, decided] = [0, 0];
  fc.assert(
    fc.property(innocents, fc.boolean(), (world, others) => {
      const { sandbox, policies, now } = live(world, others);
      assert.notEqual(sandbox.end, 'abandoned');
      for (const { charges } of policies) {
        assert.equal(charges.isRecent(now) || charges.quarantined || charges.isSuspect(now), false);
      }
      if (sandbox.end === undefined) decided += 1;
      else replaced += 1;
      if (sandbox.end === 'given up') {
        const [, before = 0] = sandbox.history.findLast(([at]) => at <= now - LOST_MS + 60) ?? [];
        assert.ok(
          sandbox.truth - before <= 10 + world.ownMs,
          `it had computed ${sandbox.truth - before} ms meanwhile`,
        );
      }
    }),
    {
      numRuns: 300,
      examples: [
        [FROZEN, true],
        [STALLED, false],
      ],
    },
  );
  assert.ok(
    decided > 100 && replaced > 0,
    `${decided} worlds came to their end, ${replaced} lost the process`,
  );
});

test('Who computes for ever is suspected, and killed before it has computed much more', () => {
  let killed = 0;
  fc.assert(
    fc.property(fc.record(delays), (world) => {
      const { sandbox, policies, stalledMs } = live({ ...world, runs: [[0, 1e9, 0]] }, true);
      if (sandbox.end !== 'abandoned') return;
      killed += 1;
      assert.equal(policies[0]?.charges.isSuspect(0), true);
      // While the host stalls it can do nothing, and what it computes is told by a tick, or a look, too late.
      const most = BUDGET_MS + KILL_MS + 2 * world.tickMs + 10 + stalledMs;
      assert.ok(sandbox.truth <= most, `${sandbox.truth} ms, and ${most} are allowed`);
    }),
    { numRuns: 200 },
  );
  assert.ok(killed > 100, `${killed} were killed`);
});
