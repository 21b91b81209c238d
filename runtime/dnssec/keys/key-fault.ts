/** What is wrong with the text of a key file. No text of the file is repeated: it can be a part of a secret. */
import { fail } from '../../base/result.ts';

export interface KeyFault {
  readonly code: 'KEY_FILE' | 'KEY_PAIR' | 'KEY_CLASH' | 'KEY_ALGORITHM';
  /** 1-based. */
  readonly line?: number;
  readonly message: string;
  readonly remedy: string;
}

/** A file that does not say what a key file has to say. */
export function unreadableKey(message: string, remedy: string, line?: number): Failure {
  return faultOf('KEY_FILE', message, remedy, line);
}

export function faultOf(code: KeyFault['code'], message: string, remedy: string, line?: number): Failure {
  return fail({ code, message, remedy, ...(line === undefined ? {} : { line }) });
}

export const COPY_AGAIN = 'Copy the file again from where the key is kept, or from a backup';

interface Failure {
  readonly ok: false;
  readonly problem: KeyFault;
}
