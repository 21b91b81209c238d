/**
 * A test file in the sandbox of policies. Each command is a run, with a limit of processor time of its own; an isolate that
 * had to be stopped is given up, and the next command begins in a fresh one.
 */
import { fail, ok, type Result } from '../base/result.ts';
import type { DeclaredTests, TestCommand, ToldAnswer } from '../rpc/test-talk.ts';
import type { LoadOutcome, RunOutcome } from '../runner/runs-and-loads.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import { readDeclared } from './read-said.ts';

export interface IsolateLimits {
  readonly memoryMb: number;
  /** Processor milliseconds of the file's top level. */
  readonly topLevelMs: number;
}

/** Why a command failed. */
export interface CommandFailure {
  readonly message: string;
  readonly stack?: string | undefined;
}

/** By the clock: a machine that is busy must not fail a test. */
const PATIENCE_MS = 60_000;
/** Of a run that is a command, and no query. */
export const NO_CLIENT = {
  ip: '0.0.0.0',
  subnet: '0.0.0.0/24',
  family: 4,
  now: 0,
  health: {},
  place: {},
} as const;

export class TestIsolate {
  /** Processor milliseconds that commands have taken. */
  usedMs = 0;
  readonly #sandbox: Sandbox;
  readonly #name: string;
  readonly #script: string;
  readonly #limits: IsolateLimits;
  #loads = 0;
  #isLoaded = false;

  constructor(sandbox: Sandbox, name: string, script: string, limits: IsolateLimits) {
    this.#sandbox = sandbox;
    this.#name = name;
    this.#script = script;
    this.#limits = limits;
  }

  /** Runs the top level of the file, which declares its tests. */
  async load(): Promise<Result<DeclaredTests['tests'], Extract<LoadOutcome, { ok: false }>>> {
    this.drop();
    this.#loads += 1;
    const { memoryMb, topLevelMs } = this.#limits;
    const limits = { memoryMb, timeoutMs: topLevelMs };
    const loaded = await this.#sandbox.load(this.#key, this.#script, limits);
    if (!loaded.ok) return fail(loaded);
    this.#isLoaded = true;
    const declared = readDeclared(loaded.manifest);
    return declared.ok ? declared : fail({ ok: false, reason: 'invalid', message: declared.problem });
  }

  /** Gives a command, and returns what the file says once its promises have settled. */
  async obey(
    command: TestCommand,
    index: number,
    budgetMs: number,
    answers: readonly ToldAnswer[] = [],
  ): Promise<Result<unknown, CommandFailure>> {
    if (!this.#isLoaded) {
      const loaded = await this.load();
      if (!loaded.ok) return fail(loaded.problem);
    }
    const limitMs = Math.max(1, Math.ceil(budgetMs));
    // Promises settle between two calls into the isolate; runs with limits of their own are never one call.
    const [obeyed, looked] = await Promise.all([
      this.#run(command, index, limitMs, answers),
      this.#run('look', index, limitMs + 1, []),
    ]);
    for (const outcome of [obeyed, looked]) {
      if (outcome.ok) this.usedMs += outcome.micros / 1000;
      else return fail(this.#failed(outcome, budgetMs));
    }
    return looked.ok ? ok(looked.plan) : fail(this.#failed(looked, budgetMs));
  }

  #failed(outcome: Extract<RunOutcome, { ok: false }>, budgetMs: number): CommandFailure {
    if (outcome.reason !== 'throw' && outcome.reason !== 'invalid') this.drop();
    if (outcome.reason === 'budget') this.usedMs += budgetMs;
    return { message: wordsFor(outcome, budgetMs), stack: outcome.stack };
  }

  drop(): void {
    if (this.#isLoaded) this.#sandbox.drop(this.#key);
    this.#isLoaded = false;
  }

  /** Another for each load, so that nothing is held against a fresh isolate. */
  get #key(): string {
    return `${this.#name}#test${this.#loads}`;
  }

  #run(
    command: TestCommand,
    index: number,
    budgetMs: number,
    answers: readonly ToldAnswer[],
  ): Promise<RunOutcome> {
    const type = JSON.stringify(answers);
    const deadlineAt = performance.now() + PATIENCE_MS;
    const ask = {
      key: this.#key,
      host: command,
      name: String(index),
      type,
      facts: NO_CLIENT,
      budgetMs,
      deadlineAt,
    };
    return new Promise((resolve) => this.#sandbox.run(ask, resolve));
  }
}

function wordsFor({ reason, message }: Extract<RunOutcome, { ok: false }>, budgetMs: number): string {
  if (reason === 'budget') return `The test ran longer than ${Math.round(budgetMs)} ms`;
  if (reason === 'memory') return 'The test used more memory than a policy may';
  if (reason === 'throw') return `A promise was rejected that nobody awaited: ${message}`;
  if (reason === 'deadline') return 'The test was stopped, as it did not end in time on this busy machine';
  return message.replace('The policy', 'The test');
}
