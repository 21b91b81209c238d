import type { Imported, ImportResult } from '../imported.ts';
export function importRoute53(_s: string, _f: object): ImportResult<Imported> {
  throw new Error('x');
}
