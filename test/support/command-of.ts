/** What a process was started with, as text; nothing once it has gone. */
import { readFileSync } from 'node:fs';

export function commandOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
