/** What is wrong with the folder of keys itself, and how to mend just that. */
import { statSync } from 'node:fs';
import { systemErrorCode } from '../../base/system-error.ts';
import type { KeyProblem } from './kept-key.ts';

/** `rights` is the remedy where none is known that is better. */
export function folderProblem(folder: string, error: unknown, message: string, rights: string): KeyProblem {
  const code = systemErrorCode(error) ?? '';
  const isFile = NO_FOLDER.has(code) && isNoFolder(folder);
  return {
    code: 'KEY_FOLDER',
    severity: 'error',
    message,
    file: folder,
    remedy: isFile ? WAS_FILE : (REMEDIES[code] ?? rights),
  };
}

const WAS_FILE = '"dnssec.keys" names a file: name a folder, or move the file elsewhere';
/** Codes of what happens to a file that is taken for a folder. */
const NO_FOLDER: ReadonlySet<string> = new Set(['ENOTDIR', 'EEXIST']);

const REMEDIES: Readonly<Record<string, string>> = {
  ENOTDIR: 'A part of its path is a file: move that elsewhere, or name another folder with "dnssec.keys"',
  EEXIST: 'A part of its path is a file: move that elsewhere, or name another folder with "dnssec.keys"',
  EROFS: 'Its file system is read-only: name a folder elsewhere with "dnssec.keys"',
  ENOSPC: 'Make room on its file system',
  EDQUOT: 'Raise the quota of the user who runs dnsteer, or make room',
  EMFILE: 'Raise how many files a process may open (ulimit -n, LimitNOFILE=)',
  ENFILE: 'Raise how many files the system may open (sysctl fs.file-max)',
  EIO: 'See whether its disk is sound (dmesg)',
  ELOOP: 'Its path leads round in links: mend them, or name another folder with "dnssec.keys"',
};

function isNoFolder(folder: string): boolean {
  try {
    return !statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
