/** Errors of the system, in words for an operator. */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EEXIST: 'it exists already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left to this user',
  EIO: 'the disk fails (EIO)',
  EMFILE: 'this process has too many files open',
  ENFILE: 'this system has too many files open',
  ELOOP: 'its symbolic links lead in circles',
  EADDRINUSE: 'another program uses this address',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** The code of a system error, such as `ENOENT`; `undefined` for other errors. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : undefined;
}

/** Ends a sentence that says which operation failed on which object. */
export function systemErrorText(error: unknown): string {
  return WORDS[systemErrorCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

/** The words for a code. */
export function systemWords(code: string): string {
  return WORDS[code] ?? code;
}
