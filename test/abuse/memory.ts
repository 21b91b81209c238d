/** Resident memory of a process and all it has started, looked at again and again, as the kernel counts it. */
import { readFileSync } from 'node:fs';

const LOOK_MS = 100;

export class MemoryWatch {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  /** Process → the most it ever had, in MiB. */
  readonly #peaks = new Map<number, number>();
  #mostTogether = 0;

  constructor(root: number) {
    this.#root = root;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Ends it. The most that one process had, and that all of them had at a time, in MiB; 0 where /proc is missing. */
  stop(): { readonly one: number; readonly together: number } {
    this.#look();
    clearInterval(this.#timer);
    return { one: Math.max(0, ...this.#peaks.values()), together: this.#mostTogether };
  }

  #look(): void {
    let together = 0;
    for (const pid of family(this.#root)) {
      const status = read(`/proc/${pid}/status`);
      together += mebibytes(status, 'VmRSS');
      this.#peaks.set(pid, mebibytes(status, 'VmHWM'));
    }
    this.#mostTogether = Math.max(this.#mostTogether, together);
  }
}

/** What a process has in memory now, in MiB; 0 where /proc is missing. */
export function residentMiB(pid: number): number {
  return mebibytes(read(`/proc/${pid}/status`), 'VmRSS');
}

/** A process and all below it. */
function family(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

function mebibytes(status: string, key: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
