/** What came of a replay: counts, and what is different in groups. It takes no more memory for a longer recording. */
import type { RecordingProblem } from './read-recording.ts';
import { shortened } from './shortened.ts';

export interface ReplayReport {
  /** Lines of queries that were read. */
  readonly lines: number;
  readonly same: number;
  readonly different: number;
  /** Lines that cannot be decided as they were: their policy read more of the client than was recorded, or the query was none. */
  readonly unreplayable: number;
  /** Lines of zones that are not here. */
  readonly gone: { readonly lines: number; readonly zones: Readonly<Record<string, number>> };
  /** Lines for which a policy read what was not recorded, and such facts with the number of their lines. */
  readonly assumed: { readonly lines: number; readonly facts: Readonly<Record<string, number>> };
  /** What could not be understood: all of it counted, the first told. */
  readonly problems: { readonly count: number; readonly told: readonly RecordingProblem[] };
  /** The largest first. */
  readonly groups: readonly ChangedGroup[];
  /** Lines that are different and in none of the groups, as there are too many. */
  readonly ungrouped: number;
}

/** Lines whose answers differ alike. */
export interface ChangedGroup {
  readonly name: string;
  readonly type: string;
  readonly before: string;
  readonly after: string;
  readonly lines: number;
  /** Of them, those for which something was assumed. */
  readonly assumed: number;
  /** The id of one of them. */
  readonly witness: string;
}

const MOST_GROUPS = 10_000;
const MOST_PROBLEMS = 100;
/** Names of zones, or of facts. */
const MOST_NAMES = 1000;

export class ReplayTally {
  lines = 0;
  same = 0;
  unreplayable = 0;
  #different = 0;
  #gone = 0;
  #assumed = 0;
  #problems = 0;
  #ungrouped = 0;
  readonly #goneZones = new Map<string, number>();
  readonly #facts = new Map<string, number>();
  readonly #told: RecordingProblem[] = [];
  readonly #groups = new Map<string, { -readonly [K in keyof ChangedGroup]: ChangedGroup[K] }>();

  noteProblem(problem: RecordingProblem): void {
    this.#problems += 1;
    if (this.#told.length < MOST_PROBLEMS)
      this.#told.push({ ...problem, message: shortened(problem.message) });
  }

  noteGone(zone: string): void {
    this.#gone += 1;
    countIn(this.#goneZones, zone);
  }

  noteAssumed(facts: readonly string[]): void {
    if (facts.length === 0) return;
    this.#assumed += 1;
    for (const fact of facts) countIn(this.#facts, fact);
  }

  noteDifferent({ name, type, before, after, witness, assumed }: Omit<ChangedGroup, 'lines'>): void {
    this.#different += 1;
    const key = `${name} ${type}\n${before}\n${after}`;
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.lines += 1;
      group.assumed += assumed;
    } else if (this.#groups.size < MOST_GROUPS)
      this.#groups.set(key, { name, type, before, after, lines: 1, assumed, witness });
    else this.#ungrouped += 1;
  }

  get report(): ReplayReport {
    return {
      lines: this.lines,
      same: this.same,
      different: this.#different,
      unreplayable: this.unreplayable,
      gone: { lines: this.#gone, zones: Object.fromEntries(this.#goneZones) },
      assumed: { lines: this.#assumed, facts: Object.fromEntries(this.#facts) },
      problems: { count: this.#problems, told: this.#told },
      groups: [...this.#groups.values()].sort(byLines),
      ungrouped: this.#ungrouped,
    };
  }
}

function countIn(counts: Map<string, number>, key: string): void {
  const known = counts.get(key);
  if (known !== undefined || counts.size < MOST_NAMES) counts.set(key, (known ?? 0) + 1);
}

function byLines(one: ChangedGroup, other: ChangedGroup): number {
  return other.lines - one.lines || (one.name < other.name ? -1 : Number(one.name > other.name));
}
