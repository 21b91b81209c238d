/**
 * Scans the policies folder so that a file system that hangs holds up nothing else. A thread does the scan
 * with plain system calls, and never with libuv's pool, whose four threads all of control shares. A scan
 * that is stuck in a call is given up after five seconds, and begins again in a fresh thread, which avoids
 * the place where the first one is stuck. A stuck thread cannot be ended, only left behind; the number of
 * those is bounded too.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../base/log.ts';
import type { KnownFile } from './known-file.ts';
import type { Scan } from './scan.ts';
import {
  type FolderTask,
  type FromFolder,
  newProgress,
  type Progress,
  placeOf,
  stepsOf,
} from './scan-progress.ts';

/** A step of a scan may take so long; it is a system call or two, which take microseconds. */
const STUCK_MS = 5000;
/** A slow scan is given up after so many times {@link STUCK_MS}; operators are warned after one. */
const ENDLESS_STEPS = 6;
/** Looks at a scan within {@link STUCK_MS}. */
const LOOKS = 20;
/** Threads that may be left behind. */
const MOST_LEFT = 3;

/** A thread that scans, as control sees it. */
export interface FolderThread {
  /** Asks for a scan that avoids these paths. */
  ask(avoid: readonly string[]): void;
  /** Ends the thread. Resolves when it has ended, which may be never if the thread hangs. */
  end(): Promise<unknown>;
}

/** Starts a thread. `onLost` is called with the reason if the thread ends by itself. */
export type BeginThread = (
  task: FolderTask,
  onMessage: (message: FromFolder) => void,
  onLost: (why: string) => void,
) => FolderThread;

export interface ScanThreadOptions {
  readonly root: string;
  readonly log: Logger;
  readonly onHint: () => void;
  readonly begin?: BeginThread;
  readonly stuckMs?: number;
}

interface Running {
  readonly thread: FolderThread;
  readonly progress: Progress;
}

type GoodScan = Extract<Scan, { ok: true }>;

export class ScanThread {
  readonly #options: ScanThreadOptions;
  readonly #stuckMs: number;
  #running: Running | undefined;
  #settle: ((scan: Scan | 'again') => void) | undefined;
  #last: GoodScan | undefined;
  #unwatched = 0;
  /** Threads left behind → where they hang. */
  readonly #left = new Map<FolderThread, string>();
  /** Promises that resolve when threads left behind have ended. */
  readonly #ends = new Set<Promise<unknown>>();
  #isEnding = false;

  constructor(options: ScanThreadOptions) {
    this.#options = options;
    this.#stuckMs = options.stuckMs ?? STUCK_MS;
  }

  /** Scans the folder. Only one scan may be under way. */
  async scan(): Promise<Scan> {
    for (;;) {
      if (this.#isEnding) return { ok: false, problem: 'the server is ending' };
      if (this.#left.size >= MOST_LEFT) return { ok: false, problem: this.#stuckText };
      const scan = await this.#attempt();
      if (scan !== 'again') return scan;
    }
  }

  /** Warnings for the operator, each as long as it holds. */
  get warnings(): string[] {
    const late = `Changes in ${this.#unwatched} folders below ${this.#options.root} are seen up to 5 s late: the system has no more watches (fs.inotify.max_user_watches)`;
    return [...(this.#left.size > 0 ? [this.#stuckText] : []), ...(this.#unwatched > 0 ? [late] : [])];
  }

  /** Gives up the scan under way. Resolves when all threads have ended. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#settle?.({ ok: false, problem: 'the server is ending' });
    const running = this.#running;
    this.#running = undefined;
    await Promise.all([running?.thread.end(), ...this.#ends]);
  }

  get #stuckText(): string {
    const places = [...new Set(this.#left.values())].map((place) => `"${place}"`).join(', ');
    return `The file system does not answer at ${places} of the policies folder; changes there are not seen until it does`;
  }

  async #attempt(): Promise<Scan | 'again'> {
    const running = this.#running ?? this.#begin();
    this.#running = running;
    const settled = new Promise<Scan | 'again'>((resolve) => {
      this.#settle = resolve;
    });
    const watch = this.#watchOver(running);
    running.thread.ask([...this.#left.values()]);
    try {
      return await settled;
    } finally {
      clearInterval(watch);
      this.#settle = undefined;
    }
  }

  #begin(): Running {
    const { root, begin = beginThread } = this.#options;
    const progress = newProgress();
    const known = (this.#last?.files ?? new Map()) as ReadonlyMap<string, KnownFile>;
    const thread: FolderThread = begin(
      { root, known, progress },
      (message) => {
        if (this.#running?.thread === thread) this.#take(message);
      },
      (why) => {
        if (this.#running?.thread !== thread) return;
        this.#running = undefined;
        this.#settle?.({ ok: false, problem: `the thread that looks at it ended: ${why}` });
      },
    );
    return { thread, progress };
  }

  #take(message: FromFolder): void {
    if (message.t === 'hint') {
      this.#options.onHint();
      return;
    }
    this.#unwatched = message.unwatched;
    const scan = message.scan ?? this.#last ?? { ok: false, problem: 'nothing was found' };
    if (scan.ok) this.#last = scan;
    this.#settle?.(scan);
  }

  #watchOver(running: Running): NodeJS.Timeout {
    const { log, root } = this.#options;
    const begun = performance.now();
    let steps = stepsOf(running.progress);
    let steppedAt = begun;
    let isTold = false;
    return setInterval(() => {
      const now = performance.now();
      if (stepsOf(running.progress) !== steps) {
        steps = stepsOf(running.progress);
        steppedAt = now;
      }
      const place = placeOf(running.progress);
      if (now - steppedAt > this.#stuckMs || now - begun > ENDLESS_STEPS * this.#stuckMs)
        return this.#leave(running, place);
      if (isTold || now - begun < this.#stuckMs || now - steppedAt > this.#stuckMs / 2) return;
      isTold = true;
      const seconds = this.#stuckMs / 1000;
      log.warn(
        { folder: root, place },
        `Looking for changes of policies takes longer than ${seconds} s; it goes on`,
      );
    }, this.#stuckMs / LOOKS);
  }

  /** Leaves a thread behind. Scans avoid the place where it hangs until it has ended. */
  #leave({ thread }: Running, place: string): void {
    const { log, root } = this.#options;
    const part = path.dirname(place) === '.' ? place : path.dirname(place);
    this.#running = undefined;
    this.#left.set(thread, part);
    const end = thread.end().then(() => {
      this.#left.delete(thread);
      this.#ends.delete(end);
      if (!this.#isEnding) log.info({ folder: root, place: part }, 'The file system answers again');
    });
    this.#ends.add(end);
    const left = this.#left.size;
    const next =
      left < MOST_LEFT ? 'it is begun again without that part' : 'it is not begun again before one has ended';
    log.error(
      { folder: root, place, threadsLeftBehind: left },
      `Looking for changes of policies is given up after ${this.#stuckMs / 1000} s; ${next}`,
    );
    this.#settle?.('again');
  }
}

/** Memory that the thread keeps for objects that soon are garbage: a scan makes many, and has time. */
const YOUNG_MIB = 6;

const ENTRY = new URL(`thread${path.extname(import.meta.url)}`, import.meta.url);

function beginThread(
  task: FolderTask,
  onMessage: (message: FromFolder) => void,
  onLost: (why: string) => void,
): FolderThread {
  const worker = new Worker(ENTRY, {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  worker.on('message', onMessage);
  worker.once('error', (error) => onLost(String(error)));
  worker.once('exit', (code) => onLost(`exit code ${code}`));
  // A scan keeps the process from ending; an idle thread does not.
  worker.unref();
  worker.on('message', ({ t }: FromFolder) => t === 'scanned' && worker.unref());
  return {
    ask(avoid) {
      worker.ref();
      worker.postMessage(avoid, []);
    },
    end: () => worker.terminate(),
  };
}
