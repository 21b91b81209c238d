/**
 * Whether a choice leads A and AAAA to one place, whatever either of them finds there, or each to where it is answered
 * and up, which is the default.
 */
import type { Fields } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import type { PlanReader } from './plan-reader.ts';

export type Family = 'together';

/** Whether a choice says so. */
export function isTogether({ kind, family }: Fields, path: string, reader: PlanReader): boolean {
  if (family === undefined) return false;
  if (family !== 'together') reader.refuse(keyPath(path, `${String(kind)}.family`), 'Must be "together"');
  return true;
}
