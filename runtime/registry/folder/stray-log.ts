/** Tells of each file that looks like a zone's, once for as long as it does. */
import { formatDiagnostic } from '../../base/diagnostic.ts';
import type { Logger } from '../../base/log.ts';
import type { StrayFile } from './stray-files.ts';

export class StrayLog {
  #known: ReadonlySet<string> = new Set();

  /** `isUsed`: whether a zone includes the file, which needs no name of its own then. */
  tell(stray: readonly StrayFile[], isUsed: (file: string) => boolean, log: Logger): void {
    const texts = stray.filter(({ file }) => !isUsed(file)).map(({ hint }) => formatDiagnostic(hint));
    for (const text of texts) if (!this.#known.has(text)) log.warn(text);
    this.#known = new Set(texts);
  }
}
