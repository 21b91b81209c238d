/** The types that a host declares: its handler answers them beside those of pools. */
import type { DataReader } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import { typeFromText } from '../wire/iana/rrtype.ts';
import { typeProblem } from './compile-records.ts';

/** Types that one host declares. */
const MAX_TYPES = 64;

/** Reads the types that a host declares; problems go to the reader. */
export function readTypes(value: unknown, path: string, reader: DataReader): number[] {
  if (!Array.isArray(value) || value.length > MAX_TYPES) {
    reader.refuse(path, `Must be an array of ${MAX_TYPES} types at most`);
    return [];
  }
  const types = value.map((written: unknown, at) => {
    const type = typeof written === 'string' ? typeFromText(written) : undefined;
    const problem = type === undefined ? 'Unknown type' : typeProblem(type, 'answer');
    if (problem !== undefined) reader.refuse(keyPath(path, at), problem);
    return type ?? 0;
  });
  return [...new Set(types)].sort((a, b) => a - b);
}
