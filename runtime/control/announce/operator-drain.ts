/** What an operator says of this server's traffic: in force at once, kept for the next start, over in time. */
import type { AnnounceAsk } from '../../admin/announce/announce-ask.ts';
import { Keeping } from '../../base/files/keeping.ts';
import type { Logger } from '../../base/log.ts';
import { type AnnounceDrain, readAnnounceDrain, writeAnnounceDrain } from './drain-file.ts';

export class OperatorDrain {
  readonly #file: string;
  readonly #log: Logger;
  readonly #keeping: Keeping;
  #drain: AnnounceDrain | undefined;
  #problem: string | undefined;

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
    this.#keeping = new Keeping({
      what: 'drain of announcements',
      place: { file },
      loss: 'The drain of announcements is in force and cannot be kept: it is lost at the next start',
      log,
      again: () => writeAnnounceDrain(file, this.#drain),
    });
  }

  async load(): Promise<void> {
    const read = await readAnnounceDrain(this.#file);
    if (read.ok) {
      this.#drain = read.value;
      return;
    }
    // Nobody knows whether traffic was kept away for a reason that still holds.
    this.#problem = `${read.problem}: it is not known whether an operator keeps traffic away, so it is kept away until "dnsteer announce undrain"`;
    this.#drain = { owner: 'dnsteer', reason: read.problem, since: Date.now() };
    this.#log.error(this.#problem);
  }

  get inForce(): AnnounceDrain | undefined {
    const { expires } = this.#drain ?? {};
    if (expires !== undefined && expires <= Date.now()) {
      this.#drain = undefined;
      this.#log.info('The drain of announcements is over');
      void this.#keep();
    }
    return this.#drain;
  }

  /** In words; `undefined` while nothing is drained. */
  get text(): string | undefined {
    const drain = this.inForce;
    if (drain === undefined) return undefined;
    return `drained by ${drain.owner}${drain.reason === undefined ? '' : `: ${drain.reason}`}`;
  }

  get warnings(): string[] {
    return this.#problem === undefined ? [] : [this.#problem];
  }

  /** Returns whether it is kept for the next start. */
  async obey(ask: AnnounceAsk): Promise<boolean> {
    const now = Date.now();
    this.#problem = undefined;
    this.#drain =
      ask.do === 'undrain'
        ? undefined
        : {
            owner: ask.owner,
            ...(ask.reason !== undefined && { reason: ask.reason }),
            since: now,
            ...(ask.forMs !== undefined && { expires: now + ask.forMs }),
          };
    this.#log.info({ ...ask }, 'Operator says whether this server draws traffic');
    return await this.#keep();
  }

  close(): void {
    this.#keeping.stop();
  }

  #keep(): Promise<boolean> {
    return this.#keeping.attempt(() => writeAnnounceDrain(this.#file, this.#drain));
  }
}
