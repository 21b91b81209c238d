/** Files that no zone is made of: tells of each once for as long as it is refused, and shows it in the status. */
import { formatDiagnostic } from '../../base/diagnostic.ts';
import type { Logger } from '../../base/log.ts';
import type { RefusedFile } from '../discover.ts';
import type { RegisteredZone } from '../zone-status.ts';

export class RefusedFiles {
  #refused: readonly RefusedFile[] = [];

  /** Takes over which files are refused now. Returns how many were not before. */
  note(refused: readonly RefusedFile[], log: Logger): number {
    const known = new Set(this.#refused.map(({ diagnostic }) => formatDiagnostic(diagnostic)));
    this.#refused = refused;
    const texts = refused.map(({ diagnostic }) => formatDiagnostic(diagnostic));
    const news = texts.filter((text) => !known.has(text));
    for (const text of news) log.error(text);
    return news.length;
  }

  /** `shown`: the path of a file as the operator knows it. */
  status(shown: (file: string) => string): RegisteredZone[] {
    return this.#refused.map(({ file, zone, diagnostic }) => ({
      zone: zone ?? '',
      file: shown(file),
      state: 'refused-newcomer',
      problems: [diagnostic],
      pools: [],
    }));
  }
}
