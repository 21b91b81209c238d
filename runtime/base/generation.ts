/**
 * Which control process is in charge, told through a file: answer processes whose control died go
 * on answering, and leave when they read that a successor's own are listening.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Says that `id` is in charge from now on. The file changes in one step. */
export function takeCharge(file: string, id: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, id);
  renameSync(draft, file);
}

/** Whether somebody other than `id` is in charge. A file that cannot be read says nothing. */
export function isSuperseded(file: string, id: string): boolean {
  try {
    return readFileSync(file, 'utf8') !== id;
  } catch {
    return false;
  }
}
