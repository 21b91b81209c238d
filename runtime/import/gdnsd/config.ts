/** gdnsd's configuration: its files, and the three parts of it. */
import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileProblemText, readTextSync } from '../../base/files/read-file.ts';
import { meant } from '../../base/suggest.ts';
import { NotUnderstood } from '../imported.ts';
import type { SourcePlace } from '../report.ts';
import { MOST_IMPORT_OCTETS } from '../zone-source.ts';
import { hashAt, hashOf } from './fields.ts';
import { parseVscf, type VscfHash } from './vscf.ts';

export interface GdnsdConfig {
  /** The folder that holds `zones/` and the files that plugins name. */
  readonly folder: string;
  readonly file: string;
  readonly options: VscfHash;
  readonly serviceTypes: VscfHash;
  readonly plugins: VscfHash;
}

const PARTS = ['options', 'service_types', 'plugins'];

/** Reads the file `config` of a folder, or a file. @throws {NotUnderstood} */
export function readGdnsdConfig(given: string): GdnsdConfig {
  const isFolder = statSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder ? path.join(given, 'config') : given;
  const top = hashOf(
    parseVscf(file, readImportFile(file, { file, line: 1 }), includedFiles),
    'The configuration',
  );
  for (const [key, { place }] of top.entries) {
    if (PARTS.includes(key)) continue;
    throw new NotUnderstood(
      place,
      `gdnsd has no "${key}" here${meant(key, PARTS)}`,
      `Write one of ${PARTS.join(', ')}`,
    );
  }
  const part = (key: string) => hashAt(top, key) ?? { kind: 'hash', entries: new Map(), place: top.place };
  return {
    folder: path.dirname(file),
    file,
    options: part('options'),
    serviceTypes: part('service_types'),
    plugins: part('plugins'),
  };
}

/** The text of a file that another names. @throws {NotUnderstood} If it cannot be read. */
export function readImportFile(file: string, named: SourcePlace): string {
  const read = readTextSync(file, { mostOctets: MOST_IMPORT_OCTETS });
  if (read.ok) return read.value;
  throw new NotUnderstood(
    named,
    `Cannot read ${file}: ${fileProblemText(read.problem)}`,
    'Name a file that can be read',
  );
}

/** The most files that one include may name. */
const MOST_FILES = 1000;

/** A path, or a pattern of paths; a folder stands for all in it. Relative to the file that includes it. */
function includedFiles(target: string, from: SourcePlace): { file: string; text: string }[] {
  const absolute = path.resolve(path.dirname(from.file), target);
  const isFolder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true;
  const pattern = isFolder ? path.join(target, '*') : target;
  const found = globSync(pattern, { cwd: path.dirname(from.file) }).sort();
  if (found.length > MOST_FILES || (found.length === 0 && !isFolder)) {
    throw new NotUnderstood(from, `"${target}" names ${found.length} files`, 'Name a file that is there');
  }
  return found.map((name) => {
    const file = path.isAbsolute(name) ? name : path.join(path.dirname(from.file), name);
    return { file, text: readImportFile(file, from) };
  });
}
