/**
 * Reads the settings for a server that runs on those before. Half of a file of settings reads as well as all of it, and
 * an empty one as all defaults; the same is true of a list of secrets, or of a secret. So a file that is being written
 * in place is waited for, and a file of settings that is gone or empty is refused where it was not before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import { stampOf } from '../base/files/file-state.ts';
import { type RegularFile, readRegularFileSync } from '../base/files/read-file.ts';
import { WrittenInPlace } from '../base/files/written-in-place.ts';
import { fail, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';

/** Milliseconds for which files that go on changing are waited for. */
const PATIENCE_MS = 10_000;
const MOST_OCTETS = 16 * 2 ** 20;

type Read = Result<Config, readonly Diagnostic[]>;

export class SettledSettings {
  #file: string | undefined;
  #isEmpty = true;
  readonly #writing = new Map<string, WrittenInPlace>();

  constructor(config: Config) {
    this.#believe(config, this.#look(config.inputs));
  }

  /** Reads by `load`, once no file of the settings is half written. */
  async read(load: () => Promise<Read>): Promise<Read> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const before = this.#look(this.#writing.keys());
      const config = await load();
      const after = this.#look(config.ok ? config.value.inputs : this.#writing.keys());
      const waitMs = this.#waitMs(before, after);
      if (waitMs === undefined) return this.#judge(config, after);
      if (performance.now() + waitMs > until) return fail([keepsChanging([...after.keys()][0])]);
      await sleep(waitMs);
    }
  }

  #judge(config: Read, found: ReadonlyMap<string, RegularFile>): Read {
    if (!config.ok) return config;
    const { file } = config.value;
    const isEmpty = file === undefined || isBlank(found.get(file));
    if (!this.#isEmpty && isEmpty) return fail([isGone(this.#file ?? '', file === undefined)]);
    this.#believe(config.value, found);
    return config;
  }

  #believe({ file }: Config, found: ReadonlyMap<string, RegularFile>): void {
    this.#file = file;
    this.#isEmpty = file === undefined || isBlank(found.get(file));
    for (const [path, content] of found) {
      const writing = this.#writing.get(path) ?? new WrittenInPlace();
      writing.believe(content);
      this.#writing.set(path, writing);
    }
  }

  /** How long to wait, in milliseconds, for files that may be half written, or have changed while they were read. */
  #waitMs(
    before: ReadonlyMap<string, RegularFile>,
    after: ReadonlyMap<string, RegularFile>,
  ): number | undefined {
    const now = Date.now();
    const waits = [...after].flatMap(([file, content]) => {
      const first = before.get(file);
      if (first !== undefined && stampOf(first.stats) !== stampOf(content.stats)) return AGAIN_MS;
      return this.#writing.get(file)?.waitMs(content, now) ?? [];
    });
    return waits.length === 0 ? undefined : Math.max(...waits);
  }

  #look(files: Iterable<string>): Map<string, RegularFile> {
    const found = new Map<string, RegularFile>();
    for (const file of files) {
      const read = readRegularFileSync(file, { mostOctets: MOST_OCTETS });
      if (read.ok) found.set(file, read.value);
    }
    return found;
  }
}

/** Milliseconds until files are read again that changed while they were read. */
const AGAIN_MS = 50;

function isBlank(file: RegularFile | undefined): boolean {
  return file === undefined || file.octets.toString('latin1').trim() === '';
}

function isGone(file: string, isAbsent: boolean): Diagnostic {
  return {
    code: 'CONFIG',
    severity: 'error',
    message: `The file of the settings ${isAbsent ? 'is gone' : 'is empty'}, and it was not before`,
    file,
    remedy: 'Write it again, then reload; to run on the defaults, restart dnsteer',
  };
}

function keepsChanging(file: string | undefined): Diagnostic {
  return {
    code: 'CONFIG',
    severity: 'error',
    message: 'The settings are still being written',
    ...(file !== undefined && { file }),
    remedy: 'Reload once they are whole; a file that is renamed into its place always is',
  };
}
