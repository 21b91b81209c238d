/**
 * Where names stand in RDATA, for code that needs only the names: the writer (compression), the decoder
 * (decompression), and the comparison of records (RFC 4034 §6.2).
 */
import { lowerCase, nameLengthAt } from '../name.ts';
import type { RdataFormat } from './field.ts';
import { FORMATS } from './formats.ts';

export interface NameLayout {
  /** Octets at the beginning of RDATA. */
  readonly before: number;
  /** Number of character-strings after these octets. */
  readonly strings: number;
  /** Number of names after these strings. */
  readonly count: number;
  /**
   * RFC 3597 §4: only names in types of RFC 1035 may be compressed; readers decompress names in others too.
   */
  readonly mayCompress: boolean;
}

/** Layouts by type. The types with names are old and have small numbers. */
const LAYOUTS: (NameLayout | undefined)[] = [];
for (const [type, format] of FORMATS) {
  const layout = layoutOf(format);
  if (layout === undefined) continue;
  while (LAYOUTS.length <= type) LAYOUTS.push(undefined);
  LAYOUTS[type] = layout;
}

/** Where the names of a type stand that may come compressed; `undefined` where there are none. */
export function nameLayout(type: number): NameLayout | undefined {
  return type < LAYOUTS.length ? LAYOUTS[type] : undefined;
}

/**
 * RDATA with the names of older types in lower case and all else unchanged (RFC 4034 §6.2, RFC 6840 §5.1).
 * Returns `rdata` itself where nothing changes.
 */
export function canonicalRdata(type: number, rdata: Uint8Array): Uint8Array {
  const layout = nameLayout(type);
  if (layout === undefined) return rdata;
  let at = layout.before;
  for (let count = 0; count < layout.strings; count++) at += 1 + (rdata[at] ?? 0);
  const canonical = rdata.slice();
  for (let count = 0; count < layout.count; count++) {
    const end = at + (nameLengthAt(rdata, at) ?? 0);
    for (; at < end; at++) canonical[at] = lowerCase(canonical[at] ?? 0);
  }
  return canonical;
}

function layoutOf(format: RdataFormat): NameLayout | undefined {
  const names = format.filter(({ shape }) => shape === 'compressible name' || shape === 'folded name');
  const [first] = names;
  if (first === undefined) return undefined;
  const shapes = format.slice(0, format.indexOf(first)).map(({ shape }) => shape);
  return {
    before: shapes.reduce<number>((sum, shape) => (typeof shape === 'number' ? sum + shape : sum), 0),
    strings: shapes.filter((shape) => shape === 'string').length,
    count: names.length,
    mayCompress: first.shape === 'compressible name',
  };
}
