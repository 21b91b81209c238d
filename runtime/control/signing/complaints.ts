/** What is wrong with keys: logged once when it begins, and a warning in the status as long as it lasts. */
import { formatDiagnostic } from '../../base/diagnostic.ts';
import type { ProblemCode } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { KeyProblem } from '../../dnssec/keys/kept-key.ts';

/** Zones that are named in warnings one by one: a folder that is gone is one fault, and not ten thousand. */
const MOST_ZONES = 10;

export interface ZoneComplaint {
  readonly zone: string;
  readonly problem: string;
  readonly code: ProblemCode;
  /** Default: an error. */
  readonly severity?: 'warning';
}

/** What the log has beside a text. */
interface Facts {
  readonly code: ProblemCode;
  readonly zone?: string;
  readonly file?: string;
}

export class Complaints {
  readonly #log: Logger;
  readonly #byZone = new Map<string, readonly ZoneComplaint[]>();
  #known: ReadonlyMap<string, Facts> = new Map();
  #texts: readonly string[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  get texts(): string[] {
    return [...this.#texts];
  }

  /** What is wrong with one zone now; it is told with the next {@link tell}. */
  note(zone: string, complaints: readonly ZoneComplaint[]): void {
    if (complaints.length === 0) this.#byZone.delete(zone);
    else this.#byZone.set(zone, complaints);
  }

  /** Tells all that is wrong now, with the folder and with zones. */
  tell(problems: readonly KeyProblem[]): void {
    const zones = [...this.#byZone.values()].flat();
    const now = new Map<string, Facts>();
    const tell = (text: string, facts: Facts, log: () => void): void => {
      now.set(text, facts);
      if (!this.#known.has(text)) log();
    };
    for (const problem of problems) {
      const text = formatDiagnostic(problem);
      const { zone, code, file } = problem;
      const facts = { code, ...(zone !== undefined && { zone }), ...(file !== undefined && { file }) };
      tell(text, facts, () => this.#log[problem.severity === 'error' ? 'error' : 'warn'](facts, text));
    }
    for (const { zone, problem, code, severity } of zones) {
      const level = severity === 'warning' ? 'warn' : 'error';
      const facts = { code, zone };
      tell(`${zone}: ${problem}`, facts, () => this.#log[level](facts, problem));
    }
    for (const [text, facts] of this.#known)
      if (!now.has(text)) this.#log.info({ ...facts, was: text }, 'A problem of keys is over');
    this.#known = now;
    const listed = zones.slice(0, MOST_ZONES).map(({ zone, problem }) => `${zone}: ${problem}`);
    const more = zones.length - listed.length;
    this.#texts = [
      ...problems.map(({ message, file, remedy }) => [file, message, remedy].filter(Boolean).join(': ')),
      ...listed,
      ...(more > 0 ? [`${more} more problems of zones with their keys`] : []),
    ];
  }
}
