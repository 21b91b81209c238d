/** What an import has to tell: each thing that the policies do not say as the original did, with its place and what to do. */

/**
 * `left out`: nothing of it is in what was written. `changed`: something else was written in its place. `note`: it is said,
 * and is done in another way; only this kind leaves the import complete.
 */
export type ImportKind = 'left out' | 'changed' | 'note';

export interface ImportLine {
  readonly kind: ImportKind;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** What of the original it is about, as it names it: `multifo!www`. */
  readonly what: string;
  /** Why it cannot be said. Begins with a small letter, has no final period. */
  readonly why: string;
  /** What was written in its place. */
  readonly instead: string;
  readonly remedy: string;
}

/** A place in what is imported; the line is 1-based. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/** Gathers lines; the same is told once, however many names lead to it. */
export class ImportReport {
  readonly #lines = new Map<string, ImportLine>();

  add(kind: ImportKind, place: SourcePlace, told: Omit<ImportLine, 'kind' | 'file' | 'line'>): void {
    const line = { kind, file: place.file, line: place.line, ...told };
    this.#lines.set(JSON.stringify(line), line);
  }

  /** By file and line. */
  lines(): readonly ImportLine[] {
    return [...this.#lines.values()].sort((a, b) =>
      a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
    );
  }
}
