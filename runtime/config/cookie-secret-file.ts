/**
 * Reads the file of the secrets of DNS cookies: 32 hexadecimal digits a line. The server makes cookies with
 * the first secret and accepts cookies of all; NSD and Unbound read the same form (cookie-secret-file). The
 * operator gives the same file to all servers at one address, and changes it in the three steps of RFC 9018
 * §5: the new secret last, then first, then alone.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** The most secrets: the server hashes a foreign cookie once for each. */
const MOST_SECRETS = 4;
/** The most octets of a file of secrets. */
export const MOST_COOKIE_FILE_OCTETS = 64 * 1024;

/** The secrets in a text; none if the text is malformed. */
export function parseCookieSecrets(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const secrets = lines.map((line) => line.trim().toLowerCase());
  const areSound = secrets.length <= MOST_SECRETS && secrets.every((secret) => /^[\da-f]{32}$/.test(secret));
  return areSound ? secrets : [];
}

/** The secrets in a file. */
export function cookieSecretsIn(file: string): Result<string[], Diagnostic> {
  const read = readTextSync(file, { mostOctets: MOST_COOKIE_FILE_OCTETS });
  if (!read.ok)
    return problem(`Cannot read "${file}" (cookies.secretFile): ${fileProblemText(read.problem)}`);
  const secrets = parseCookieSecrets(read.value);
  return secrets.length > 0 ? ok(secrets) : problem(`"${file}" (cookies.secretFile) holds no secrets`);
}

function problem(message: string): Result<never, Diagnostic> {
  const remedy = `Name a file of 1 to ${MOST_SECRETS} lines of 32 hexadecimal digits; "openssl rand -hex 16" prints a good one`;
  return fail({ code: 'CONFIG', severity: 'error', message, remedy });
}
