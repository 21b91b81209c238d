/** What the system says no with, in words for an operator. */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EEXIST: 'it exists already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'no space is left',
  ELOOP: 'its symbolic links lead in circles',
  EADDRINUSE: 'another program uses this address',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** `ENOENT`, if it is an error of the system. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : undefined;
}

/** The end of a sentence that says what was tried with what. */
export function systemErrorText(error: unknown): string {
  return WORDS[systemErrorCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

/** The same for a code alone. */
export function systemWords(code: string): string {
  return WORDS[code] ?? code;
}
