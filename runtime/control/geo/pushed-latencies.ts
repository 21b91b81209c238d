/**
 * Latencies that somebody has given by the admin API. They are kept in the state folder, as a file like that of the settings, in
 * whose place they are used until they are dropped; what cannot be used is not kept.
 */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile, writeInFolder } from '../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { type LatencyTask, type TakenLatencies, takeLatencies } from './take-latencies.ts';

/** `rows`: the others stay. */
export type PushKind = 'whole' | 'rows';

export class PushedLatencies {
  /** Where they are kept. */
  readonly file: string;
  readonly #tables: Pick<LatencyTask, 'folder' | 'account'>;

  constructor(file: string, { folder, account }: Pick<LatencyTask, 'folder' | 'account'>) {
    this.file = file;
    this.#tables = { folder, account };
  }

  /** Whether there are any. */
  get areThere(): boolean {
    return existsSync(this.file);
  }

  /** Takes a table, or rows of one that go into `base`. Fails, with the line, where it cannot be used; then all is as before. */
  async put(octets: Uint8Array, kind: PushKind, base: string | undefined): Promise<Result<TakenLatencies>> {
    const draft = `${this.file}.given`;
    try {
      await writeInFolder(path.dirname(this.file), () => replaceFile(draft, [octets]));
      const into = kind === 'rows' ? base : undefined;
      const taken = await takeLatencies({ file: draft, ...this.#tables, ...(into && { into }) });
      if (!taken.ok) return fail(taken.problem.replace(`the latencies ${draft}:`, 'the latencies: line '));
      await rename(draft, this.file);
      return ok(taken.value);
    } catch (error) {
      return fail(`Cannot keep the latencies in ${this.file}: ${systemErrorText(error)}`);
    } finally {
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  async drop(): Promise<void> {
    await rm(this.file, { force: true });
  }
}
