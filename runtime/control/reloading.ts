/**
 * Reloads of the settings, one after the other, and what came of the last one: an operator who sends a signal sees
 * nothing else of it.
 */
import type { ReloadOutcome } from '../admin/source.ts';
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import { DnsteerError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';

export interface ReloadingParts {
  /** Reads the settings as the start did. */
  readonly load: () => Promise<Result<Config, readonly Diagnostic[]>>;
  /** Puts settings in force; returns which have changed, and what takes effect at the next start only. */
  readonly use: (config: Config) => Promise<Pick<ReloadOutcome, 'changes' | 'notices'>>;
}

export class Reloading {
  readonly #log: Logger;
  #parts: ReloadingParts | undefined;
  #begun = 0;
  #last: ReloadOutcome | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isUnderWay: (isUnderWay: boolean) => void = () => {};

  constructor(log: Logger) {
    this.#log = log;
  }

  /** The outcome of the last reload; `undefined` before the first. */
  get last(): ReloadOutcome | undefined {
    return this.#last;
  }

  /** Begins what was wanted meanwhile; `onChange` is called when a reload begins and when the last of them ends. */
  begin(parts: ReloadingParts, after: Promise<unknown>, onChange: (isUnderWay: boolean) => void): void {
    this.#parts = parts;
    this.#isUnderWay = onChange;
    this.#turn = after.catch(() => {});
  }

  /** Wants a reload, which begins once those before it have ended; returns its number, see {@link last}. */
  want(): number {
    this.#begun += 1;
    const number = this.#begun;
    this.#turn = this.#turn.then(() => this.#run(number));
    return number;
  }

  /** Does other work of which a reload must not be in the midst. */
  inTurn(work: () => Promise<unknown>): Promise<unknown> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #run(number: number): Promise<void> {
    if (this.#parts === undefined) return;
    this.#isUnderWay(true);
    const outcome = await this.#outcome(this.#parts);
    this.#last = { number, time: new Date().toISOString(), ...outcome };
    if (number === this.#begun) this.#isUnderWay(false);
  }

  async #outcome({ load, use }: ReloadingParts): Promise<Omit<ReloadOutcome, 'number' | 'time'>> {
    const log = this.#log;
    try {
      const config = await load();
      if (!config.ok) {
        const problems = config.problem.map(formatDiagnostic);
        for (const problem of problems) log.error(problem);
        log.error('Settings are wrong; the server goes on with those before');
        return { outcome: 'failed', problems, ...NOTHING };
      }
      const { changes, notices } = await use(config.value);
      log.info(
        { ...(changes.length > 0 && { changed: changes.map(({ setting }) => setting) }) },
        'Settings have been read again',
      );
      return { outcome: 'done', problems: [], changes, notices };
    } catch (error) {
      log.error({ err: error }, 'Settings cannot be put into effect');
      const code = error instanceof DnsteerError ? ` (${error.code})` : '';
      const problems = [`${error instanceof Error ? error.message : String(error)}${code}`];
      return { outcome: 'failed', problems, ...NOTHING };
    }
  }
}

/** What has changed where a reload failed. */
const NOTHING = { changes: [], notices: [] };
