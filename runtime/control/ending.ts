/**
 * Ends a server: in order, and within five seconds once traffic was sent elsewhere, whatever hangs. A thread in a system call
 * that does not return keeps `process.exit` waiting for ever, so a process with such a thread is ended by a
 * signal, and so are all processes it has started.
 */
import process from 'node:process';
import type { Logger } from '../base/log.ts';
import { childrenOf } from '../base/process/process-usage.ts';

export interface Endable {
  /** Ends everything in order. */
  stop(): Promise<void>;
  /** Ends its processes, and waits for nothing. */
  kill(): void;
  /** Milliseconds that {@link stop} may take beforehand, to send traffic elsewhere. */
  readonly withdrawMs: number;
  /** Parts that {@link stop} waits for. */
  readonly unended: readonly string[];
}

/** Milliseconds for the orderly end; with what comes before and after it stays under 5 s. */
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

  /** Ends the process. A second call changes nothing. */
  begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.limit();
    void this.#server
      .stop()
      .catch((error: unknown) => this.#log.error({ err: error }, 'The server did not end as it should'))
      .then(() => this.#leave());
  }

  /** Ends the process by force if it has not ended in time. */
  limit(): void {
    setTimeout(() => this.#force(), MOST_MS + this.#server.withdrawMs).unref();
  }

  /**
   * While libuv's threads are at work, `process.exit` would wait for them, and no timer would run any more.
   */
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
    // The first process of a container gets no signals from itself.
    process.abort();
  }
}

/** Work of libuv's threads that may take as long as it likes. */
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
    // The process has ended.
  }
}

/** Waits for several parts, and knows which of them are still awaited. */
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
