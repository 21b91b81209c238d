/**
 * Whether a choice leads A and AAAA to one place, whatever either of them finds there, or each to where it is answered
 * and up, which is the default.
 */
import type { Fields } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import type { PlanReader } from './plan-reader.ts';

export type Family = 'together';

/** The field of a choice, if it says so. */
export function familyOf(
  { kind, family }: Fields,
  path: string,
  reader: PlanReader,
): { readonly family?: Family } {
  if (family === undefined) return {};
  if (family !== 'together') reader.refuse(keyPath(path, `${String(kind)}.family`), 'Must be "together"');
  return { family: 'together' };
}
