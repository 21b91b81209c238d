import type { Imported, ImportResult } from '../imported.ts';
export function importPdnsLua(_s: string, _f: { readonly zone?: string }): ImportResult<Imported> { throw new Error('x'); }
