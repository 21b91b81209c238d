/**
 * What a policy may import: files of the policies folder, and three modules that dnsteer itself
 * provides. dnsteer looks nowhere else: no `node_modules`, no `tsconfig.json` paths, no
 * network.
 *
 * A file's name is its path below the folder, as written; where symbolic links lead only
 * decides whether the file may be read. A swap of links below the folder (as Kubernetes updates a
 * ConfigMap) then changes neither names nor versions.
 */
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { contentHash, NO_CONTENT } from '../base/files/content-hash.ts';
import { stampOf } from '../base/files/file-state.ts';
import { type FileProblem, fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import type { NetworkSet } from '../base/net/network-set.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { suggest } from '../base/suggest.ts';
import { systemErrorCode } from '../base/system-error.ts';
import { isNetworkList, type ListFault, MOST_LIST_OCTETS, readNetworkList } from './network-list.ts';
import { shownPath } from './shown-path.ts';
import { type Seen, Sightings } from './sightings.ts';

/** Octets of one source file. People write policies by hand; a larger file is data or an accident. */
export const MAX_SOURCE_OCTETS = 1024 * 1024;

/** Octets and files of one policy with all it imports, and of policies that are compiled together. */
export const MAX_TOTAL_OCTETS = 4 * MAX_SOURCE_OCTETS;
const MAX_FILES = 256;

/** A larger file is not read by the scan of the folder: only its inode, size and times tell its versions apart. */
export const MAX_HASHED_OCTETS = 4 * 1024 * 1024;

/** The module that only test files may import: see test-module.ts. */
export const TEST_MODULE = 'dnsteer/test';

/** Extension → how esbuild reads such a file. */
export const LOADERS: ReadonlyMap<string, 'ts' | 'js' | 'json'> = new Map([
  ['.ts', 'ts'],
  ['.js', 'js'],
  ['.json', 'json'],
]);

/** Why an import is not allowed, and what to do instead. */
export interface ImportRefusal {
  /** Completes the sentence `x may not import "y": …`. */
  readonly rule: string;
  readonly remedy?: string;
}

/** The policies folder as imports see it, for policies that are compiled together. */
export class ImportScope {
  readonly root: string;
  readonly sightings = new Sightings();
  /** The lists of networks that were read, by file. */
  readonly lists = new Map<string, NetworkSet>();
  readonly #realRoot: string;
  #octetsRead = 0;
  #filesRead = 0;

  constructor(root: string) {
    this.root = root;
    this.#realRoot = realRootOf(root);
  }

  /** The file an import of `importer` stands for. Both are relative to the root. */
  resolve(specifier: string, importer: string): Result<string, ImportRefusal> {
    if (!/^\.{1,2}\//.test(specifier)) return fail(this.#judgeBare(specifier, importer));
    const target = path.join(path.dirname(importer), specifier);
    if (leaves(target)) return fail(this.#outside());
    const seen = this.sightings.of(importer);
    for (const candidate of candidatesFor(target)) {
      seen.inputs.add(candidate);
      const kind = this.#kindOf(candidate);
      if (kind === 'none') seen.hashes.set(candidate, NO_CONTENT);
      if (kind === 'file') {
        const admitted = this.#admit(candidate, seen);
        if (!admitted.ok) return admitted;
        seen.files.add(candidate);
        return ok(candidate);
      }
      if (kind === 'folder' && candidate === target) return fail(FOLDER);
    }
    return fail(this.#missing(specifier, importer));
  }

  /** The text of a file that {@link resolve} found, or of a policy. */
  read(file: string): Result<Uint8Array, ImportRefusal> {
    const seen = this.sightings.of(file);
    seen.inputs.add(file);
    const admitted = this.#admit(file, seen);
    if (!admitted.ok) return admitted;
    if (this.#isTooMuch) return fail(TOO_MUCH);
    // The file is read where links led when it was judged; they may lead elsewhere by now.
    const read = readRegularFileSync(admitted.value, {
      mostOctets: MAX_SOURCE_OCTETS,
      inside: this.#realRoot,
    });
    if (!read.ok) return fail(refusalOf(read.problem, MAX_SOURCE_OCTETS));
    const text = read.value.octets;
    this.#octetsRead += text.length;
    this.#filesRead += 1;
    seen.hashes.set(file, contentHash(text));
    return this.#isTooMuch ? fail(TOO_MUCH) : ok(text);
  }

  /** Reads a list of networks that {@link resolve} found, into {@link lists}. */
  readList(file: string): Result<void, ImportRefusal | ListFault> {
    const seen = this.sightings.of(file);
    seen.inputs.add(file);
    const admitted = this.#admit(file, seen);
    if (!admitted.ok) return admitted;
    const read = readRegularFileSync(admitted.value, {
      mostOctets: MOST_LIST_OCTETS,
      inside: this.#realRoot,
    });
    if (!read.ok) return fail(refusalOf(read.problem, MOST_LIST_OCTETS));
    const { octets, stats } = read.value;
    const hash = contentHash(octets);
    // Of a large file the scan of the folder knows the stamp only.
    seen.hashes.set(file, octets.length > MAX_HASHED_OCTETS ? stampOf(stats) : hash);
    const list = readNetworkList(file, octets, hash);
    if (!list.ok) return list;
    this.lists.set(file, list.value);
    return ok(undefined);
  }

  get #isTooMuch(): boolean {
    return this.#octetsRead > MAX_TOTAL_OCTETS || this.#filesRead > MAX_FILES;
  }

  /** The real path of a file, if its kind, its folder, and where links lead allow to read it. */
  #admit(file: string, { hashes }: Seen): Result<string, ImportRefusal> {
    if (file.split(path.sep).slice(0, -1).some(isHiddenFolder)) return fail(HIDDEN);
    if (!LOADERS.has(path.extname(file)) && !isNetworkList(file)) return fail(OTHER_KIND);
    try {
      const real = realpathSync.native(path.join(this.root, file));
      return real.startsWith(this.#realRoot + path.sep) ? ok(real) : fail(LINK);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') hashes.set(file, NO_CONTENT);
      return fail({ rule: 'there is no such file' });
    }
  }

  #kindOf(file: string): 'file' | 'folder' | 'none' {
    const stat = statIfThere(path.join(this.root, file));
    if (stat?.isDirectory()) return 'folder';
    return stat?.isFile() ? 'file' : 'none';
  }

  #judgeBare(specifier: string, importer: string): ImportRefusal {
    if (specifier === TEST_MODULE) return NO_TEST;
    if (isBuiltin(specifier) || specifier.startsWith('node:')) return BUILTIN;
    if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) return NETWORK;
    if (path.isAbsolute(specifier)) return ABSOLUTE;
    const besideImporter = path.join(path.dirname(importer), specifier);
    for (const base of [specifier, besideImporter]) {
      if (leaves(base)) continue;
      const there = candidatesFor(base).find((candidate) => this.#kindOf(candidate) === 'file');
      if (there !== undefined) return { ...PACKAGE, remedy: `Write "${specifierFor(there, importer)}"` };
    }
    const meant = suggest(specifier, ['dnsteer', 'dnssec-server', 'geoip-lite']);
    return meant === undefined ? PACKAGE : { ...PACKAGE, remedy: `Did you mean "${meant}"?` };
  }

  #outside(): ImportRefusal {
    const folder = shownPath(this.root, '.');
    return {
      rule: 'it lies outside the policies folder',
      remedy: `Move the file into ${folder}, where changes to it are seen`,
    };
  }

  #missing(specifier: string, importer: string): ImportRefusal {
    const folder = path.join(path.dirname(importer), path.dirname(specifier));
    let names: string[] = [];
    try {
      names = readdirSync(path.join(this.root, folder)).filter(
        (name) => LOADERS.has(path.extname(name)) || isNetworkList(name),
      );
    } catch {
      // The folder is missing too: there is nothing to suggest.
    }
    const meant = suggest(path.basename(specifier), names);
    const rule = 'there is no such file';
    if (meant === undefined) return { rule };
    return { rule, remedy: `Did you mean "${specifierFor(path.join(folder, meant), importer)}"?` };
  }
}

/** The real path of the root; a root that has just been moved away holds nothing. */
function realRootOf(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    return path.resolve(root);
  }
}

/** Folders whose files are never policies, snippets or zone files. */
export function isHiddenFolder(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

/** Whether a file of the policies folder is a test file, by its name; such a file is never a policy. */
export function isTestFile(file: string): boolean {
  return /\.test\.[jt]s$/.test(file);
}

const PACKAGE: ImportRefusal = {
  rule: 'packages are not available to policies',
  remedy: 'Copy what is needed into a file of the policies folder and import it by relative path',
};
const NO_TEST: ImportRefusal = {
  rule: 'only test files may',
  remedy: 'Name the file as in example.com.test.ts, and run it with: dnsteer test',
};
const BUILTIN: ImportRefusal = {
  rule: 'policies have no access to the system',
  remedy:
    'What a policy may know comes with the query: query.client, query.time, and health() from "dnsteer"',
};
const NETWORK: ImportRefusal = { ...PACKAGE, rule: 'nothing is loaded from elsewhere' };
const ABSOLUTE: ImportRefusal = {
  rule: 'paths are relative to the importing file',
  remedy: 'Begin the path with "../policy/" or "../"',
};
const FOLDER: ImportRefusal = { rule: 'it is a folder', remedy: 'Name the file in it' };
const HIDDEN: ImportRefusal = {
  rule: 'folders named node_modules, or beginning with a dot, are not looked into',
  remedy: 'Move the file to another folder, such as snippets',
};
const OTHER_KIND: ImportRefusal = {
  rule: 'only .ts, .js and .json files can be imported, and lists of networks: .txt and .csv',
};
const LINK: ImportRefusal = {
  rule: 'it is a symbolic link that leads out of the policies folder',
  remedy: 'Replace the link with a copy of the file',
};
function tooLarge(most: number): ImportRefusal {
  return { rule: `it is larger than ${most} octets`, remedy: 'Leave out what the policy does not need' };
}

const TOO_MUCH: ImportRefusal = {
  rule: `a policy and all it imports may have ${MAX_TOTAL_OCTETS} octets in ${MAX_FILES} files, and it is beyond`,
  remedy: 'Import less',
};

function refusalOf(problem: FileProblem, most: number): ImportRefusal {
  switch (problem.kind) {
    case 'too-large':
      return tooLarge(most);
    case 'outside':
      return LINK;
    case 'absent':
      return { rule: 'there is no such file' };
    case 'not-regular':
    case 'unreadable':
      return { rule: `it cannot be read: ${fileProblemText(problem)}` };
    default:
      return problem satisfies never;
  }
}

/** Only tells which name is meant: a file that is opened is judged by its descriptor. */
function statIfThere(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A link that leads in circles, or a folder that may not be entered.
    return undefined;
  }
}

/** Paths to try: as written, then with an extension added, then with `.ts` in place of `.js`. */
function candidatesFor(target: string): string[] {
  const added = [...LOADERS.keys()].map((extension) => target + extension);
  const replaced = target.endsWith('.js') ? [`${target.slice(0, -3)}.ts`] : [];
  return [target, ...replaced, ...added];
}

/** Whether a path relative to the folder ends outside of it. */
function leaves(relative: string): boolean {
  return relative.split(path.sep, 1)[0] === '..';
}

function specifierFor(file: string, importer: string): string {
  const relative = path.relative(path.dirname(importer), file);
  return relative.startsWith('..') ? relative : `./${relative}`;
}
