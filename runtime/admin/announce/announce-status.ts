/** What this server announces, as the status shows it and the terminal prints it. */

export interface AnnounceStatus {
  readonly prefixes: readonly string[];
  /** `undecided`: the server has begun, and prefixes are as a server before has left them. */
  readonly way: 'announced' | 'prepended' | 'withdrawn' | 'undecided';
  readonly reason: string;
  /** ISO 8601. */
  readonly since: string;
  /** How often that has changed since the server began. */
  readonly changes: number;
  /** Who tells which BGP speaker, and what came of the last order. */
  readonly bridges: readonly {
    readonly speaker: 'bird' | 'exabgp';
    readonly pid: number;
    readonly isDone: boolean;
    readonly problem?: string;
  }[];
  /** What an operator has said; times are in ISO 8601. */
  readonly drain?: {
    readonly owner: string;
    readonly reason?: string;
    readonly since: string;
    readonly expires?: string;
  };
}

/** What is shown where nothing is announced. */
export const NO_PREFIXES = { prefixes: [] } as const;

/** `192.0.2.53/32: withdrawn since 2026-12-01T10:00:00Z: no answer process listens`, and a line for each speaker. */
export function announceLines(status: AnnounceStatus | typeof NO_PREFIXES = NO_PREFIXES): string[] {
  if (!('way' in status) || status.prefixes.length === 0) return [];
  const { prefixes, way, reason, since, bridges } = status;
  const shown = `Prefixes ${prefixes.join(', ')}: ${way} since ${since.replace(/\.\d+Z$/, 'Z')}: ${reason}`;
  const speakers = bridges.map(({ speaker, isDone, problem }) => {
    const what = isDone ? 'has taken that over' : (problem ?? 'has not taken that over yet');
    return `  ${SPEAKERS[speaker]} ${what}`;
  });
  return [shown, ...(speakers.length === 0 ? ['  No BGP speaker is connected'] : speakers)];
}

const SPEAKERS = { bird: 'BIRD', exabgp: 'ExaBGP' } as const;
