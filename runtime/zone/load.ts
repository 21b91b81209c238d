/**
 * Reads master files from disk. The path in $INCLUDE is relative to the file that includes it, and must
 * lead to a regular file inside the root folder once symbolic links are resolved: the zone file of a team
 * must not show that team other files of the server.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { contentHash } from '../base/files/content-hash.ts';
import { ABSENT, type FileState, stateOfFile } from '../base/files/file-state.ts';
import {
  type FileProblem,
  fileProblemOf,
  readRegularFileSync,
  readTextSync,
} from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { WireName } from '../wire/name.ts';
import { decimalEscape } from '../wire/text-field.ts';
import { diagnose, type Fault } from './place.ts';
import { PlaceTable } from './place-table.ts';
import { RecordPack } from './record-pack.ts';
import { type IncludedText, type ParsedZone, parseZone } from './zone-file.ts';

export interface LoadOptions {
  readonly origin: WireName;
  /** The folder that all files must be in. */
  readonly root: string;
  /** Seconds for records that neither say nor inherit a TTL. */
  readonly defaultTtl?: number;
  /** Reading ends with an error when all files together exceed these. */
  readonly limits?: { readonly octets: number; readonly records: number };
  /** Whether they may have ALIAS records. Default: no. */
  readonly takesAliases?: boolean;
}

export interface LoadedZone extends ParsedZone {
  /**
   * Absolute paths of all files the result depends on, unreadable ones included: watchers reload on a change.
   */
  readonly files: readonly string[];
  /** What the files that could be read, or were not there, looked like, by their absolute paths. */
  readonly states: ReadonlyMap<string, FileState>;
}

/** Reads a master file and what it includes. Never throws. */
export function loadZoneFile(file: string, options: LoadOptions): LoadedZone {
  const reader = new FileReader(options.root, options.limits?.octets ?? MAX_OCTETS);
  const main = reader.read(file);
  if (!main.ok) {
    const diagnostics = [{ ...diagnose('error', main.problem), file }];
    const { files, states, isOverLimit } = reader;
    const places = new PlaceTable(readAgain);
    return { records: new RecordPack(), places, aliases: [], diagnostics, files, states, isOverLimit };
  }
  const parsed = parseZone(main.value.text, {
    ...options,
    ...(options.limits && { mostRecords: options.limits.records }),
    file,
    include: (target, from = file) =>
      reader.read(path.isAbsolute(target) ? target : path.join(path.dirname(from), target)),
  });
  const isOverLimit = parsed.isOverLimit || reader.isOverLimit;
  return { ...parsed, files: reader.files, states: reader.states, isOverLimit };
}

/** Reads the text of a file once more, to show lines of it; an unreadable file gives no text. */
export function readAgain(file: string | undefined): string {
  const read = file === undefined ? undefined : readTextSync(file, { mostOctets: MAX_OCTETS });
  return read?.ok ? read.value : '';
}

/** The most files of one zone: includes multiply with each level. */
const MAX_FILES = 1000;
/** The most octets of one zone, all its files together: some five million records. */
const MAX_OCTETS = 256 * 2 ** 20;

class FileReader {
  readonly files: string[] = [];
  readonly states = new Map<string, FileState>();
  readonly #root: string;
  readonly #mostOctets: number;
  isOverLimit = false;
  #reads = 0;
  #octets = 0;

  constructor(root: string, mostOctets: number) {
    this.#root = root;
    this.#mostOctets = mostOctets;
  }

  read(file: string): Result<IncludedText, Fault> {
    const absolute = path.resolve(file);
    if (!this.files.includes(absolute)) this.files.push(absolute);
    try {
      return this.#readInside(file);
    } catch (error) {
      // A part of the path does not exist or cannot be read.
      return fail(this.#faultOf(fileProblemOf(error), file));
    }
  }

  #readInside(file: string): Result<IncludedText, Fault> {
    const real = realpathSync.native(file);
    const root = realpathSync.native(this.#root);
    if (!isInside(root, real)) return fail(this.#outside(file));
    this.#reads++;
    const mostOctets = this.#reads > MAX_FILES ? 0 : this.#mostOctets - this.#octets;
    const read = readRegularFileSync(real, { mostOctets, inside: root });
    if (read.ok) {
      this.#octets += read.value.octets.length;
      this.#note(file, stateOfFile(read.value));
      return decode(file, read.value.octets);
    }
    return fail(this.#faultOf(read.problem, file));
  }

  /** A file that is included twice may have been written meanwhile: then its hash is that of no content. */
  #note(file: string, state: FileState): void {
    const absolute = path.resolve(file);
    const before = this.states.get(absolute);
    const isSame = before === undefined || before.hash === state.hash;
    this.states.set(absolute, isSame ? state : { ...state, hash: contentHash(before.hash + state.hash) });
  }

  #faultOf(problem: FileProblem, file: string): Fault {
    switch (problem.kind) {
      case 'absent':
        this.#note(file, ABSENT);
        return { message: `File "${file}" does not exist`, remedy: 'Create it, or correct its name' };
      case 'not-regular':
        return { message: `"${file}" is no file`, remedy: 'Name a file of records' };
      case 'outside':
        return this.#outside(file);
      case 'too-large':
        this.isOverLimit ||= this.#reads <= MAX_FILES;
        return {
          message: `Zone is over ${MAX_FILES} files or ${this.#mostOctets / 2 ** 20} MiB`,
          remedy: 'Include each file once, or split the zone by delegation',
        };
      case 'unreadable':
        return {
          message: `File "${file}" cannot be read: ${problem.text}`,
          remedy: 'Let the server read it',
        };
      default:
        return problem satisfies never;
    }
  }

  #outside(file: string): Fault {
    const message = `File "${file}" is outside the folder "${this.#root}"`;
    return { message, remedy: 'Move it inside; symbolic links count as what they lead to' };
  }
}

/** Whether a file is inside the root. A file whose name begins with two dots, as in ConfigMaps, is. */
function isInside(root: string, file: string): boolean {
  const [first] = path.relative(root, file).split(path.sep);
  return first !== '..' && first !== '';
}

/** Text in UTF-8. RFC 1035 §5.1 knows octets: in a file of another charset those above 127 stand for themselves, as `\\DDD`. */
function decode(file: string, octets: Uint8Array): Result<IncludedText, Fault> {
  if (isUtf16(octets))
    return fail({
      message: `File "${file}" is in UTF-16, with two octets for each character`,
      remedy: 'Save it in UTF-8',
    });
  try {
    return ok({ file, text: new TextDecoder('utf-8', { fatal: true }).decode(octets) });
  } catch {
    const text = Buffer.from(octets).toString('latin1');
    return ok({ file, text: text.replace(ABOVE_ASCII, (one) => decimalEscape(one.charCodeAt(0))) });
  }
}

/** PowerShell's `>` writes such files; their byte order mark is nothing that a line begins with otherwise. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

const ABOVE_ASCII = /[\u0080-\u00ff]/g;
