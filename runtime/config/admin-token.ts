/**
 * The token that clients of the admin server send: an operator gives it as a setting or in a file, and must
 * do so if other machines can connect. No message shows it.
 */
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { isLoopback, type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** The fewest characters of a token. */
export const SHORTEST_TOKEN = 16;
/** The most octets of the token's file. */
const MOST_OCTETS = 64 * 1024;
export const HOW_TO_MAKE_A_TOKEN = '"openssl rand -hex 32" prints a good one';

interface AdminSettings {
  readonly listen: SocketAddress | 'off';
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
}

/** Whether a text can be sent in a header unchanged, and is too long to be guessed. */
export function isToken(text: string): boolean {
  return text.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(text);
}

/** The token in force, if any; the path of its file is relative to `folder`. */
export function adminToken(
  { listen, token, tokenFile }: AdminSettings,
  folder: string,
): Result<string | undefined, Diagnostic> {
  if (tokenFile !== undefined) {
    if (token === undefined) return readToken(path.resolve(folder, tokenFile));
    return problem(
      'Settings "admin.token" and "admin.tokenFile" are both given, and there is but one token',
      'Remove one of them; each has a variable, too: DNSTEER_ADMIN_TOKEN, DNSTEER_ADMIN_TOKEN_FILE',
    );
  }
  if (token !== undefined || listen === 'off' || isLoopback(listen.address)) return ok(token);
  return problem(
    `Setting "admin.token" is missing: others than this machine can reach admin.listen, ${socketAddressToText(listen)}`,
    `Set admin.tokenFile or DNSTEER_ADMIN_TOKEN (${HOW_TO_MAKE_A_TOKEN}), or admin.listen to an address on loopback`,
  );
}

function readToken(file: string): Result<string, Diagnostic> {
  const read = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (!read.ok) {
    return problem(
      `Cannot read "${file}" (admin.tokenFile): ${fileProblemText(read.problem)}`,
      'Name a file that holds the token and that the user who runs dnsteer may read',
    );
  }
  const text = read.value.trimEnd();
  if (isToken(text)) return ok(text);
  return problem(
    `"${file}" (admin.tokenFile) ${text === '' ? 'is empty' : 'holds no token'}`,
    `A token has at least ${SHORTEST_TOKEN} characters and no spaces; ${HOW_TO_MAKE_A_TOKEN}`,
  );
}

function problem(message: string, remedy: string): Result<never, Diagnostic> {
  return fail({ code: 'CONFIG', severity: 'error', message, remedy });
}
