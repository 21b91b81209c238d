/** Files that claim a zone and may not serve it: told once, and known as long as they are there. */
import { type Diagnostic, formatDiagnostic } from '../../base/diagnostic.ts';
import type { Logger } from '../../base/log.ts';

export interface RefusedFile {
  readonly file: string;
  /** The zone that the file's name states; `undefined` if that is no domain name. */
  readonly zone: string | undefined;
  readonly diagnostic: Diagnostic;
}

export class RefusedFiles {
  /** Those of the last look. */
  all: readonly RefusedFile[] = [];

  /** Notes the files that are refused now, and logs those that were not before; returns how many these are. */
  note(refused: readonly RefusedFile[], log: Logger): number {
    const known = new Set(this.all.map(({ diagnostic }) => formatDiagnostic(diagnostic)));
    const texts = refused.map(({ diagnostic }) => formatDiagnostic(diagnostic));
    const fresh = texts.filter((text) => !known.has(text));
    this.all = refused;
    for (const text of fresh) log.error(text);
    return fresh.length;
  }
}
