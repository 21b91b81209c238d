/**
 * The end of a server: in order, and within five seconds of being asked for, whatever hangs. A thread that is in
 * a call of the system which does not come back keeps `process.exit` waiting for ever, so the process that has
 * one is ended by a signal; and all it has started with it.
 */
import process from 'node:process';
import type { Logger } from '../base/log.ts';
import { childrenOf } from '../base/process/process-usage.ts';

export interface Endable {
  /** Ends everything in order. */
  stop(): Promise<void>;
  /** Ends its processes, and waits for nothing. */
  kill(): void;
  /** Parts that {@link stop} waits for. */
  readonly unended: readonly string[];
}

/** With what comes before and after it stays under 5 s. */
const MOST_MS = 4000;
const LOOK_MS = 10;

export class Ending {
  readonly #server: Endable;
  readonly #log: Logger;
  #isBegun = false;

  constructor(server: Endable, log: Logger) {
    this.#server = server;
    this.#log = log;
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Ends the process. To be asked again changes nothing. */
  begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.limit();
    void this.#server
      .stop()
      .catch((error: unknown) => this.#log.error({ err: error }, 'The server did not end as it should'))
      .then(() => this.#leave());
  }

  /** From now on the process has so long to end. */
  limit(): void {
    setTimeout(() => this.#force(), MOST_MS).unref();
  }

  /** With threads of libuv's pool at work, to leave would be to wait for them, and for nothing else any more. */
  #leave(): void {
    if (workInPool().length === 0) process.exit(0);
    setTimeout(() => this.#leave(), LOOK_MS);
  }

  #force(): void {
    const hangs = [...this.#server.unended, ...workInPool()];
    this.#log.error(
      { hangs },
      `The server did not end within ${MOST_MS / 1000} s, and is ended by a signal. What hangs: ${hangs.join(', ')}`,
    );
    this.#server.kill();
    for (const pid of childrenOf(process.pid)) kill(pid);
    kill(process.pid);
    // The first process of a container gets no signals of its own.
    process.abort();
  }
}

/** What libuv's threads do for us that may take as long as it likes. */
function workInPool(): string[] {
  const kinds = process.getActiveResourcesInfo();
  const files = kinds.some((kind) => /^(FSReq|FILEHANDLECLOSEREQ)/.test(kind)) ? ['the file system'] : [];
  const names = kinds.some((kind) => /^Get(Addr|Name)Info/.test(kind)) ? ['look-ups of names'] : [];
  return [...files, ...names];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Waits for the parts of something, and knows which are still awaited. */
export class Awaited {
  readonly #names = new Set<string>();

  get names(): string[] {
    return [...this.#names];
  }

  async all(parts: Readonly<Record<string, Promise<unknown> | undefined>>): Promise<void> {
    await Promise.all(
      Object.entries(parts).map(async ([name, part]) => {
        this.#names.add(name);
        await part;
        this.#names.delete(name);
      }),
    );
  }
}
