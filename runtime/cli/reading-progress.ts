/** How far a long work has come, on a terminal: one line that is written over, beside the result. */
import process from 'node:process';
import { printableLine } from '../base/printable.ts';

const PAUSE_MS = 500;
const MEGABYTE = 1_048_576;

export class ReadingProgress {
  #shownAt = performance.now();
  #isShown = false;

  /** Says how much of a file was read, now and then. */
  show(file: string, octets: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#shownAt < PAUSE_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    process.stderr.write(`\r\u001B[K${printableLine(file)}: ${(octets / MEGABYTE).toFixed(1)} MB`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) process.stderr.write('\r\u001B[K');
    this.#isShown = false;
  }
}
