/** Values as failures and logs show them. */
import { MOST_SHOWN } from '../../../rpc/test-talk.ts';
import { stringify } from '../primordials.ts';

/** As JSON where it is data; cut to a length fit for reading. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === 'function') return 'a function';
  try {
    return stringify(value) ?? String(value);
  } catch {
    // A BigInt, or an object that holds itself.
    return typeof value === 'bigint' ? `${value}n` : 'an object that is no data';
  }
}
