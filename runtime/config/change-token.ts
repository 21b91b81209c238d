/**
 * The token of requests that change something, where the operator has set none: the server makes it in its state folder,
 * and commands read it there. Who may read that file may have the server do things; nobody else on the machine may.
 */
import path from 'node:path';
import { type FileProblem, readTextSync } from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isToken } from './admin-token.ts';

const MOST_OCTETS = 4096;

/** The file of the token in a state folder. */
export function changeTokenFileIn(state: string): string {
  return path.join(state, 'admin-token');
}

/** The token in the file; a problem of kind `absent` also where it holds none. */
export function readChangeToken(file: string): Result<string, FileProblem> {
  const read = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (!read.ok) return read;
  const token = read.value.trim();
  return isToken(token) ? ok(token) : fail({ kind: 'absent' });
}
